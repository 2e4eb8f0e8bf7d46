package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// everybody is a policy without a mistake, to put in front of others.
const everybody = `permit (principal, action, resource);`

func TestParseSaysWhereAndWhat(t *testing.T) {
	fleet := "it has nothing, and a policy that reads a desktop's says resource is Desktop"
	person := "it has nothing, and a policy that reads a person's says principal is SlackUser"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", `p.cedar:1:1: has no permit, so nobody could ever do anything; write at least one, for example permit (principal is Operator, action, resource);`},
		{"only comments", "// soon\n", `p.cedar:1:1: has no permit, so nobody could ever do anything; write at least one, for example permit (principal is Operator, action, resource);`},
		{"only a forbid", "forbid (principal, action, resource);", `p.cedar:1:1: has no permit, so nobody could ever do anything; write at least one, for example permit (principal is Operator, action, resource);`},

		{"misspelt effect", "permitt (principal, action, resource);", `p.cedar:1:1: found "permitt"; a policy begins with permit or forbid`},
		{"not Cedar", "$$", `p.cedar:1:1: found "$"; a policy begins with permit or forbid`},
		{"no comma", "permit (principal, action resource);", `p.cedar:1:27: found "resource"; want ","`},
		{"no semicolon", "permit (principal, action, resource)\npermit (principal, action, resource);", `p.cedar:2:1: found "permit"; want ";"`},
		{"ends early", "// about\npermit", `p.cedar:2:7: the file ends in the middle of a policy; want "("`},
		{"no right side", everybody + "\nforbid (principal, action, resource)\nwhen { context.count > };", `p.cedar:3:24: found "}"; invalid primary`},
		{"one equals sign", everybody + "\nforbid (principal, action, resource)\nwhen { context.count = 2 };", `p.cedar:3:22: found "="; want "}"`},
		{"open list", "permit (principal, action in [Action::\"stop\", resource);", `p.cedar:1:55: found ")"; want "::"`},
		{"open set", "permit (principal, action, resource)\nwhen { [1, 2 }.contains(context.count) };", `p.cedar:2:14: found "}"; want ","`},
		{"open string", "permit (principal, action, resource)\nwhen { context.reason == \"abc };", `p.cedar:2:26: literal not terminated`},
		{"no such method", "permit (principal, action, resource)\nwhen { context.reason.begins(\"a\") };", "p.cedar:2:33: found \")\"; `begins` is not a method"},
		{"id without quotes", "permit (principal == Sender::ticketing, action, resource);", `p.cedar:1:39: found ","; want "::"`},
		{"large number", "permit (principal, action, resource)\nwhen { context.count < 99999999999999999999 };", `p.cedar:2:24: found 99999999999999999999; a number has at most 64 bits`},
		{"annotation twice", "@id(\"a\")\n@id(\"b\")\n" + everybody, `p.cedar:2:2: found "id"; duplicate annotation: @id`},
		{"not text", "// \xff\xfe\n" + everybody, `p.cedar:1:4: is not UTF-8 text`},
		{"a NUL", "permit (principal,\n\x00", `p.cedar:2:1: is not UTF-8 text`},
		{"columns count characters", "permit (principal == Sender::\"é\" action, resource);", `p.cedar:1:34: found "action"; want ","`},

		{"unknown action", `permit (principal, action == Action::"forse", resource);`, `p.cedar:1:38: there is no action "forse"; the actions are force, freeze, halt, keep, preview, read, stop, stop-all, submit, unasked, why`},
		{"unknown action in a condition", everybody + "\nforbid (principal, action, resource)\nunless { action == Action::\"view\" };", `p.cedar:3:28: there is no action "view"; the actions are force, freeze, halt, keep, preview, read, stop, stop-all, submit, unasked, why`},
		{"unknown principal", "permit (\n  principal is Sendr,\n  action, resource);", `p.cedar:2:16: there is no entity type Sendr; the types are Action, Desktop, Fleet, Group, Operator, Sender, SlackChannel, SlackGroup, SlackUser, Timer`},
		{"unknown resource", `permit (principal, action, resource == Computer::"x");`, `p.cedar:1:40: there is no entity type Computer; the types are Action, Desktop, Fleet, Group, Operator, Sender, SlackChannel, SlackGroup, SlackUser, Timer`},
		{"unknown fleet", `permit (principal, action == Action::"read", resource == Fleet::"al");`, `p.cedar:1:65: there is no Fleet::"al"; there is all`},
		{"unknown group", `permit (principal in Group::"admins", action, resource);`, `p.cedar:1:29: there is no Group::"admins"; there is operators, oncall, owners, helpdesk`},
		{"user without a workspace", `permit (principal == SlackUser::"U02", action, resource);`, `p.cedar:1:33: there is no SlackUser::"U02"; a SlackUser is written SlackUser::"<workspace id>/<member id>"`},
		{"group without a workspace", `permit (principal in SlackGroup::"S02", action, resource);`, `p.cedar:1:34: there is no SlackGroup::"S02"; a SlackGroup is written SlackGroup::"<workspace id>/<user group id>"`},
		{"channel without a workspace", "permit (principal, action, resource)\nwhen { context has channel && context.channel == SlackChannel::\"C02\" };", `p.cedar:2:64: there is no SlackChannel::"C02"; a SlackChannel is written SlackChannel::"<workspace id>/<channel id>"`},
		{"desktop without a region", `permit (principal, action, resource == Desktop::"ecd-1");`, `p.cedar:1:49: there is no Desktop::"ecd-1"; a Desktop is written Desktop::"<RegionId>/<DesktopId>"`},
		{"channel unguarded", "permit (principal, action, resource)\nwhen { context.channel == SlackChannel::\"T01/C02\" };", `p.cedar:2:16: not every question has a channel; write context has channel && in front of it`},
		{"tag unguarded", "permit (principal, action, resource is Desktop)\nwhen { resource.getTag(\"dept\") == \"finance\" };", `p.cedar:2:17: not every desktop has tag "dept"; write resource.hasTag("dept") && in front of it`},
		{"end user of a sender", "permit (principal, action, resource is Desktop)\nwhen { resource.endUsers.contains(principal.endUser) };", "p.cedar:2:45: Sender has no endUser; " + person + "\np.cedar:2:45: Timer has no endUser; " + person},
		{"weekday by name", everybody + "\nforbid (principal, action, resource)\nwhen { context.weekday == \"Monday\" };", `p.cedar:2:1: the types Long and String are not compatible`},
		{"unknown attribute", "permit (principal, action == Action::\"stop\", resource)\nwhen { resource.regionId == \"cn-hangzhou\" };", `p.cedar:2:17: Desktop has no regionId; it has chargeType, connected, endUsers, id, name, officeSite, pool, region, resourceGroups, status, type`},
		{"unknown attribute by key", "permit (principal, action == Action::\"stop\", resource)\nwhen { resource[\"zone\"] == \"a\" };", `p.cedar:2:17: Desktop has no zone; it has chargeType, connected, endUsers, id, name, officeSite, pool, region, resourceGroups, status, type`},
		{"unknown attribute behind has", "permit (principal, action == Action::\"stop\", resource)\nwhen { resource has tags };", `p.cedar:2:21: nothing has tags; the names are channel, chargeType, connected, count, dryRun, endUser, endUsers, hour, id, minuteOfDay, name, officeSite, percent, pool, reason, region, resourceGroups, status, ticket, type, weekday, workspace`},
		{"unknown context", "permit (principal, action, resource)\nwhen { context.amount < 5 };", `p.cedar:2:16: the context has no amount; it has channel, count, dryRun, hour, minuteOfDay, percent, reason, ticket, weekday`},
		{"attribute of the fleet", "permit (principal, action, resource)\nwhen { resource.region == \"cn-hangzhou\" };", `p.cedar:2:17: Fleet has no region; ` + fleet},
		{"can never apply", everybody + "\nforbid (principal, action == Action::\"submit\", resource is Desktop);", `p.cedar:2:1: the policy can never apply: freeze, halt, read, stop-all, submit, unasked are asked about a Fleet; force, keep, preview, stop, why are asked about a Desktop`},
		{"wrong type", everybody + "\n\n  forbid (principal, action, resource)\nwhen { context.count == \"3\" };", `p.cedar:3:3: the types Long and String are not compatible`},
		{"not a question", "permit (principal, action, resource) when { context.count };", `p.cedar:1:1: unexpected type: expected Bool but saw Long`},

		{"same id twice", "@id(\"a\")\n" + everybody + "\n@id(\"a\")\n" + everybody, `p.cedar:3:1: the policy's id "a" belongs to the policy on line 1; verdicts name policies by it, so each needs its own`},
		{"id of the next policy", "@id(\"policy1\")\n" + everybody + "\n" + everybody, `p.cedar:3:1: the policy's id "policy1" belongs to the policy on line 1; verdicts name policies by it, so each needs its own`},
		{"empty id", "@id(\"\")\n" + everybody, `p.cedar:1:1: the policy's @id is empty; give it a name or leave it out`},
		{"long id", `@id("` + strings.Repeat("x", 101) + "\")\n" + everybody, `p.cedar:1:1: the policy's @id is longer than 100 characters`},
		{"id with a line break", `@id("a\nb")` + everybody, `p.cedar:1:1: the policy's @id holds characters that cannot be printed`},

		{"too large", strings.Repeat(" ", MaxSize+1), `p.cedar:1:1: has 131073 bytes; a policy file has at most 131072`},
		{"too long a policy", "permit (principal, action, resource) when { " + strings.Repeat("!", MaxWords) + "true };", fmt.Sprintf(`p.cedar:1:%d: the policy has more than %d words; make several of it`, 45+MaxWords-10, MaxWords)},

		{"all at once", `@id("a") permit (principal is Sendr, action == Action::"stop", resource)
when { resource.regio == "x" && context.cnt > 3 };
@id("a") forbid (principal, action == Action::"forse", resource);`, `p.cedar:1:31: there is no entity type Sendr; the types are Action, Desktop, Fleet, Group, Operator, Sender, SlackChannel, SlackGroup, SlackUser, Timer
p.cedar:3:1: the policy's id "a" belongs to the policy on line 1; verdicts name policies by it, so each needs its own
p.cedar:3:47: there is no action "forse"; the actions are force, freeze, halt, keep, preview, read, stop, stop-all, submit, unasked, why`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := Parse("p.cedar", []byte(c.text))
			if p != nil || err == nil {
				t.Fatalf("Parse accepts it, want\n%s", c.want)
			}
			if err.Error() != c.want {
				t.Errorf("Parse says\n%s\nwant\n%s", err, c.want)
			}
			if _, ok := errors.AsType[Mistake](err); !ok {
				t.Errorf("the error %T holds no Mistake", err)
			}
		})
	}
}

func TestParseTakesWhatManyPoliciesNeed(t *testing.T) {
	text := everybody + "\n"
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = fmt.Sprintf("%q", fmt.Sprintf("ecd-%04d", i))
	}
	text += "forbid (principal, action in [Action::\"stop\", Action::\"force\"], resource)\nwhen { [" + strings.Join(ids, ", ") + "].contains(resource.id) };\n"
	text += strings.Repeat("permit (principal, action == Action::\"stop\", resource) when { resource.name like \"dev-*\" };\n", 500)
	if _, err := Parse("p.cedar", []byte(text)); err != nil {
		t.Error(err)
	}
}

// FuzzParse looks for a file that makes Parse panic, hang, or point outside the
// file, and for a policy that passes and then cannot be asked.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", everybody, "// c\n@id(\"x\") permit (principal is Sender, action in [Action::\"stop\"], resource) when { context.count < 5 && resource.region == \"cn-hangzhou\" };",
		"permit (principal, action, resource) when { [1, {a: 2}.a].contains(context.count) || ip(\"127.0.0.1\").isLoopback() };",
		"permit (principal, action, resource) unless { if context.dryRun then true else context.reason like \"a*\" };",
		"forbid (principal == ?principal, action, resource in Fleet::\"all\");", "permit(principal,action,resource) when {99999999999999999999}", "@id(\"\xff\")", "\"", "/* */", "permit\x00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse("p.cedar", []byte(text))
		if err == nil {
			p.Permitted(t.Context(), stopAsk)
			return
		}
		mistakes, ok := errors.AsType[Mistakes](err)
		if !ok || len(mistakes) == 0 {
			t.Fatalf("error is %T %v, want Mistakes", err, err)
		}
		lines := strings.Count(text, "\n") + 1
		for _, m := range mistakes {
			if m.Line < 1 || m.Line > lines || m.Column < 1 || m.Problem == "" {
				t.Errorf("mistake %+v is not inside a text of %d lines", m, lines)
			}
		}
	})
}
