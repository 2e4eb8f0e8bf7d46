package docs

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"stopdesktops/internal/core"
	"stopdesktops/internal/strictjson"
)

// TestOpenAPIRefusesWhatTheDoorRefuses asks the schema and the code about the
// same requests.
func TestOpenAPIRefusesWhatTheDoorRefuses(t *testing.T) {
	schema := schemaOf(t, loadOpenAPI(t), "Request")
	rules := core.Rules{Regions: []string{"cn-hangzhou"}}
	long := func(n int) string { return strings.Repeat("a", n) }
	byID := func(more string) string { return `{"RegionId":"cn-hangzhou","DesktopId":["ecd-a"]` + more + `}` }
	bySelect := func(more string) string {
		return `{"RegionId":"cn-hangzhou","Select":{"EndUserId":["alice"]}` + more + `}`
	}
	accepted, refused := 0, 0
	for _, body := range []string{
		byID(""), byID(`,"StoppedMode":"KeepCharging","OsUpdate":false`), byID(`,"StoppedMode":"Off"`), byID(`,"Canary":20`), byID(`,"Canary":21`), byID(`,"Canary":-1`), byID(`,"Canary":1.5`),
		byID(`,"MaxFailures":"10"`), byID(`,"MaxFailures":"5%"`), byID(`,"MaxFailures":"100%"`), byID(`,"MaxFailures":"101%"`), byID(`,"MaxFailures":"-1"`), byID(`,"MaxFailures":10`),
		byID(`,"Grace":"1h"`), byID(`,"MinUptime":"1h"`), byID(`,"All":true`), byID(`,"All":false`), byID(`,"Select":{"EndUserId":["alice"]}`), byID(`,"Except":{"EndUserId":["alice"]}`),
		byID(`,"Reason":"` + long(500) + `"`), byID(`,"Reason":"` + long(501) + `"`), byID(`,"Reason":"两台电脑 – gone"`), byID(`,"Reason":"a\nb"`), byID(`,"Reason":null`), byID(`,"Ticket":"` + long(128) + `"`), byID(`,"Ticket":"` + long(129) + `"`),
		byID(`,"Forse":true`), byID(`,"Force":"true"`), byID(`,"ClientId":"c","ClientToken":"` + long(64) + `"`), byID(`,"ClientId":"c","ClientToken":"` + long(65) + `"`), byID(`,"ClientId":"ä"`),
		`{}`, `{"RegionId":"cn-hangzhou"}`, `{"RegionId":"cn-hangzhou","DesktopId":[]}`, `{"RegionId":"cn-hangzhou","DesktopId":["i-123"]}`, `{"RegionId":"cn-hangzhou","DesktopId":["ecd-"]}`, `{"RegionId":"cn-hangzhou","DesktopId":["ecd-A"]}`,
		`{"RegionId":"cn-hangzhou","DesktopId":["ecd-` + long(60) + `"]}`, `{"RegionId":"cn-hangzhou","DesktopId":["ecd-` + long(61) + `"]}`, `{"RegionId":"u@host","DesktopId":["ecd-a"]}`, `{"RegionId":"cn","DesktopId":["ecd-a"]}`,
		`{"RegionId":"cn-hangzhou","All":true}`, `{"RegionId":"cn-hangzhou","All":true,"Except":{"ChargeType":["PrePaid"]}}`, `{"RegionId":"cn-hangzhou","All":true,"DesktopId":["ecd-a"]}`,
		bySelect(""), bySelect(`,"Grace":"1h30m"`), bySelect(`,"Grace":"0s"`), bySelect(`,"Grace":"0"`), bySelect(`,"Grace":"-1h"`), bySelect(`,"Grace":"1 hour"`), bySelect(`,"Grace":"1.5h"`), bySelect(`,"Grace":"h"`), bySelect(`,"Except":{"DesktopId":["ecd-a"]}`), bySelect(`,"Except":{"Desktop":["ecd-a"]}`),
		`{"Select":{"RegionId":["all"],"Tag":[{"Key":"env"}]}}`, `{"Select":{"RegionId":["All"],"Tag":[{"Key":"env"}]}}`, `{"Select":{"RegionId":["all"],"Tag":[{"Value":"env"}]}}`, `{"Select":{"RegionId":["all"],"Tag":[{"Key":"env","Value":"` + long(129) + `"}]}}`,
		`{"Select":{"RegionId":["all"],"EndUserId":[""]}}`, `{"Select":{"RegionId":["all"],"ChargeType":["Free"]}}`, `{"Select":{"RegionId":["all"],"ChargeType":["PrePaid"],"DesktopStatus":["Running"],"ConnectionStatus":["Unknown"]}}`,
		`{"Select":{"RegionId":["all"],"ChargeType":["PrePaid"],"DesktopStatus":["Asleep"]}}`, `{"Select":{"RegionId":["all"],"ChargeType":["PrePaid"],"IdleFor":"30m","UpFor":"soon"}}`,
	} {
		var q core.Request
		fields := strictjson.Decode([]byte(body), &q)
		right := len(fields) == 0 && rules.Validate(core.Webhook, q) == nil
		var value any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Fatal(err)
		}
		err := schema.VisitJSON(value, openapi3.EnableJSONSchema2020())
		if (err == nil) != right {
			t.Errorf("%s\nthe code: right is %v %v\nthe page: %v", body, right, fields, err)
		}
		if right {
			accepted++
		} else {
			refused++
		}
	}
	if accepted < 15 || refused < 25 {
		t.Errorf("%d accepted, %d refused: the cases show too little", accepted, refused)
	}
}
