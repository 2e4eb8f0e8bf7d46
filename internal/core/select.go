package core

// Tag is a tag of a desktop, in the API's words.
type Tag struct {
	Key   string `json:"Key" validate:"required,text,max=128"`
	Value string `json:"Value,omitempty" validate:"omitempty,text,max=128"` // in a selection, none is any value
}

// Selection says which desktops by what they are, with one meaning in Select
// and another in Except, both of which err on leaving a desktop alone: of
// Select every word that is given must hold, of Except any one suffices. A word
// with several values holds where one of them does; tags of one key are values
// of one word.
type Selection struct {
	// RegionId lists regions, or is ["all"] for every region of the deployment.
	// It is in Select only.
	RegionId []string `json:"RegionId,omitempty" validate:"omitempty,max=50,dive,regionorall"`
	// DesktopId is in Except only; desktops are reached by id in the request
	// itself.
	DesktopId        []string `json:"DesktopId,omitempty" validate:"omitempty,dive,desktopid"`
	Tag              []Tag    `json:"Tag,omitempty" validate:"omitempty,max=20,dive"`
	EndUserId        []string `json:"EndUserId,omitempty" validate:"omitempty,max=100,dive,required,text,max=128"`
	OfficeSiteId     []string `json:"OfficeSiteId,omitempty" validate:"omitempty,max=50,dive,required,text,max=128"`
	DesktopGroupId   []string `json:"DesktopGroupId,omitempty" validate:"omitempty,max=50,dive,required,text,max=128"` // pools
	ResourceGroupId  []string `json:"ResourceGroupId,omitempty" validate:"omitempty,max=50,dive,required,text,max=128"`
	DesktopName      []string `json:"DesktopName,omitempty" validate:"omitempty,max=50,dive,required,text,max=128"` // * stands for any letters
	ChargeType       []string `json:"ChargeType,omitempty" validate:"omitempty,max=2,dive,oneof=PostPaid PrePaid"`
	DesktopStatus    []string `json:"DesktopStatus,omitempty" validate:"omitempty,max=10,dive,oneof=Pending Starting Running Stopping Stopped Rebuilding Expired Deleted"`
	ConnectionStatus []string `json:"ConnectionStatus,omitempty" validate:"omitempty,max=3,dive,oneof=Connected Disconnected Unknown"`
	IdleFor          string   `json:"IdleFor,omitempty" validate:"omitempty,span"` // nobody has used it for at least so long
	UpFor            string   `json:"UpFor,omitempty" validate:"omitempty,span"`   // it has been running for at least so long
	// Pooled reaches machines of pools as well. Naming a pool does, too.
	Pooled bool `json:"Pooled,omitempty"`
	// Scheduled reaches desktops whose tag stopdesktops:schedule says that now
	// is their time. It is for timers only, because it needs a scheduled instant.
	Scheduled bool `json:"Scheduled,omitempty"`
}
