package slack

import "github.com/go-json-experiment/json"

// Element is one element of a block: a button, a menu, an image, or, in a
// context block, a text.
type Element struct {
	Type               string        `json:"type"`
	ActionID           string        `json:"action_id,omitempty"`
	Text               *Text         `json:"text,omitempty"`
	Value              string        `json:"value,omitempty"`
	URL                string        `json:"url,omitempty"`
	Style              string        `json:"style,omitempty"`
	Confirm            *Confirm      `json:"confirm,omitempty"`
	AccessibilityLabel string        `json:"accessibility_label,omitempty"`
	Placeholder        *Text         `json:"placeholder,omitempty"`
	Options            []Option      `json:"options,omitempty"`
	OptionGroups       []OptionGroup `json:"option_groups,omitempty"`
	InitialOption      *Option       `json:"initial_option,omitempty"`
	FocusOnLoad        bool          `json:"focus_on_load,omitzero"`
	ImageURL           string        `json:"image_url,omitempty"`
	AltText            string        `json:"alt_text,omitempty"`
}

// OptionGroup is a group of choices under a label.
type OptionGroup struct {
	Label   Text     `json:"label"`
	Options []Option `json:"options"`
}

// plainElement has Element's members without its methods.
type plainElement Element

// UnmarshalJSON reads an element. In a context block the text is the element
// itself, everywhere else it is an object inside.
func (e *Element) UnmarshalJSON(b []byte) error {
	var peek struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(b, &peek); err != nil {
		return err
	}
	if peek.Type == "plain_text" || peek.Type == "mrkdwn" {
		e.Type, e.Text = peek.Type, &Text{}
		return json.Unmarshal(b, e.Text)
	}
	return json.Unmarshal(b, (*plainElement)(e))
}

// MarshalJSON writes an element as it came.
func (e Element) MarshalJSON() ([]byte, error) {
	if e.Type == "plain_text" || e.Type == "mrkdwn" {
		return json.Marshal(e.Text)
	}
	return json.Marshal(plainElement(e))
}

// choices are all options of a menu.
func (e Element) choices() []Option {
	all := e.Options
	for _, g := range e.OptionGroups {
		all = append(all[:len(all):len(all)], g.Options...)
	}
	return all
}

// Button is something to press in a message.
type Button struct {
	BlockID string
	Element
}

// Buttons lists the buttons and menus of a message in their order.
func (m Message) Buttons() []Button { return m.Content.buttons() }

// Button finds a button or menu by its action_id.
func (m Message) Button(actionID string) (Button, bool) {
	for _, b := range m.Buttons() {
		if b.ActionID == actionID {
			return b, true
		}
	}
	return Button{}, false
}

func (c Content) buttons() []Button {
	var found []Button
	for _, b := range c.Blocks {
		for _, e := range b.elements() {
			switch e.Type {
			case "button", "static_select", "overflow":
				found = append(found, Button{b.BlockID, e})
			}
		}
	}
	return found
}

// elements are a block's elements and its accessory.
func (b Block) elements() []Element {
	if b.Accessory == nil {
		return b.Elements
	}
	return append(b.Elements[:len(b.Elements):len(b.Elements)], *b.Accessory)
}
