package truth

import (
	"path/filepath"
	"strings"
	"testing"
)

// looked are the files and folders that the test reads.
var looked = []string{"s.yaml", "s-door.yaml", "template.yml", "README.md", "docs", "deploy", "config", "functions", "internal/core", "internal/ecd", "internal/fc", "internal/journal", "tests/bench/calls.go"}

// TestSeededDisagreements changes one thing at a time in a copy of the tree. Each
// change must be found, and the copy without one must be clean.
func TestSeededDisagreements(t *testing.T) {
	seeds := []struct {
		name, file, old, new string
		want                 string
	}{
		{"nothing", "", "", "", ""},

		{"a variable is missing", "s.yaml", "        WAIT: ${env('WAIT', '')}\n", "", "s.yaml: variable of stopdesktops WAIT is missing"},
		{"a variable is misspelt", "template.yml", "        MAX_KEEP:", "        MAX_KEPT:", "template.yml: variable of stopdesktops MAX_KEPT is here and nowhere else"},
		{"a variable gets another's value", "s.yaml", "GRACE: ${env('GRACE', '')}", "GRACE: ${env('CANARY', '')}", `s.yaml: GRACE of stopdesktops gets the value of "CANARY"`},
		{"a required variable has a default", "s.yaml", "${env('STATE_KEY')}", "${env('STATE_KEY', '')}", "s.yaml: STATE_KEY of stopdesktops: required is false"},
		{"the door gets the whole key", "s-door.yaml", "${env('DOOR_STATE_KEY')}", "${env('STATE_KEY')}", `s-door.yaml: STATE_KEY of stopdesktops-door gets the value of "STATE_KEY"`},
		{"the door gets the whole key of the stack", "template.yml", "STATE_KEY: { Ref: DoorStateKey }", "STATE_KEY: { Ref: StateKey }", `template.yml: STATE_KEY of stopdesktops-door gets the value of "STATE_KEY"`},
		{"the door's key is shown", "template.yml", "  DoorStateKey:\n    Type: String\n    NoEcho: true\n", "  DoorStateKey:\n    Type: String\n", "template.yml: parameter DoorStateKey: NoEcho is false"},
		{"a parameter goes to another variable", "template.yml", "        GRACE: { Ref: Grace }", "        GRACE: { Ref: Canary }", `template.yml: GRACE of stopdesktops gets the value of "CANARY"`},
		{"a secret is shown", "template.yml", "  StateKey:\n    Type: String\n    NoEcho: true\n", "  StateKey:\n    Type: String\n", "template.yml: parameter StateKey: NoEcho is false"},
		{"a default in the docs", "docs/settings.md", "| `WAIT` | `4m` |", "| `WAIT` | `5m` |", "docs/settings.md: the default of WAIT"},
		{"a variable in the docs", "docs/settings.md", "| `CANARY` |", "| `CANARIES` |", "docs/settings.md: variable CANARIES is here and nowhere else"},
		{"a variable of deploying is not explained", "docs/deploy.md", "| `DOOR_ONLY` |", "| `DOOR` |", "docs/deploy.md: variable DOOR_ONLY is missing"},

		{"memory differs", "template.yml", "MemorySize: 256", "MemorySize: 128", "s.yaml: memorySize of stopdesktops is 256, and in template.yml 128"},
		{"memory is not measured", "tests/bench/calls.go", "functionMemoryMB = 256", "functionMemoryMB = 512", "s.yaml: stopdesktops has 256 MB, and the benchmark measures for 512"},
		{"a size that nobody sells", "s.yaml", "cpu: 0.1\n", "cpu: 0.05\n", "s.yaml: stopdesktops has 0.05 vCPU and 256 MB"},
		{"a time-out is too short", "s.yaml", "timeout: 300", "timeout: 240", "s.yaml: timeout of stopdesktops is 4m0s"},
		{"Slack is answered too late", "functions/slackcmd/front.go", "answerWithin = 2500 * time.Millisecond", "answerWithin = 3 * time.Second", "functions/slackcmd: it gives itself 3s to answer"},
		{"an event is kept too long", "s.yaml", "maxAsyncEventAgeInSeconds: 1800", "maxAsyncEventAgeInSeconds: 3600", "s.yaml: the platform keeps an event of stopdesktops for 3600 s"},
		{"too much is reserved", "s-door.yaml", "reservedConcurrency: 20", "reservedConcurrency: 80", "the functions reserve 110 instances"},
		{"a function has another name", "template.yml", "FunctionName: slackcmd", "FunctionName: slackcommand", "template.yml: function slackcmd is missing"},
		{"logs are joined", "s.yaml", "logBeginRule: None", "logBeginRule: DefaultRegex", "s.yaml: logConfig of stopdesktops is"},

		{"a method is shut out", "s.yaml", "methods: [DELETE, GET, POST]", "methods: [GET, POST]", "s.yaml: method of stopdesktops's trigger: DELETE is missing"},
		{"a route has a new method", "functions/stopdesktops/routes.go", `"/why", methods{http.MethodGet:`, `"/why", methods{http.MethodPut:`, "method of stopdesktops's trigger: PUT is missing"},
		{"the docs name a route that is none", "docs/webhooks.md", "`POST /stop`", "`POST /stops`", "docs/webhooks.md: names the route POST /stops"},

		{"a timer comes at another time", "config/timers.yaml", "0 0 20 * * *", "0 0 21 * * *", "s.yaml: trigger nightly-dev comes at"},
		{"a timer without a trigger", "config/timers.yaml", "Timers:\n", "Timers:\n  - {Name: noon, Cron: 0 0 12 * * *, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-a]}}\n", `s.yaml: no trigger asks for {"Timer":"noon"}`},
		{"a timer without an alarm", "config/timers.yaml", "Timers:\n", "Timers:\n  - {Name: noon, Cron: 0 0 12 * * *, Request: {RegionId: cn-hangzhou, DesktopId: [ecd-a]}}\n", "template.yml: no alarm waits for timer noon"},
		{"an announcement without a trigger", "config/timers.yaml", "    LateAfter: 15m\n", "    LateAfter: 15m\n    Announce: 30m\n    Channel: C0123456789\n", `s.yaml: no trigger asks for {"Timer":"nightly-dev","Announce":true}`},
		{"a timer is later than its event", "config/timers.yaml", "LateAfter: 15m", "LateAfter: 2h", "config/timers.yaml: timer nightly-dev takes ticks that are 2h0m0s late"},
		{"an alarm is impatient", "template.yml", "- 7200) AS alive", "- 3600) AS alive", "template.yml: HourlySchedulesAlarm waits 1h0m0s"},
		{"an alarm looks back too little", "template.yml", "Start: '-193h'", "Start: '-20h'", "looks at the last 20h0m0s of the log only"},
		{"an alarm looks until now", "template.yml", "End: '-1m'", "End: now", "AlarmLines looks at the log until 0s ago"},
		{"an alarm misses lines", "template.yml", "Start: '-6m'", "Start: '-5m'", "AlarmLines looks every 5m0s at 4m0s of the log"},
		{"an alarm comes at another time than the docs say", "docs/operations.md", "from 6 minutes to 1 minute ago", "from 5 minutes ago", `docs/operations.md: does not say "from 6 minutes to 1 minute ago" of AlarmLines`},
		{"the docs show another window", "docs/deploy.md", "from 6m to 1m ago", "from 5m to now", `docs/deploy.md: does not say "from 6m to 1m ago" of deploy/alarms/alarms.json`},
		{"the docs show another condition", "docs/deploy.md", "or `ran > 0 && stopped < 1 && usual > 0`", "or `stopped < 1`", "of deploy/alarms/nightly-dev.json"},
		{"the docs show an alarm less", "docs/deploy.md", "   | `deploy/alarms/hourly-schedules.json`", "   | `deploy/alarms`", "docs/deploy.md: has no row for deploy/alarms/hourly-schedules.json"},
		{"an alarm of Serverless Devs has another window", "deploy/alarms/nightly-dev.json", `"-193h"`, `"-25h"`, "deploy/alarms/nightly-dev.json: configuration.queryList is"},
		{"an alarm of Serverless Devs has another condition", "deploy/alarms/alarms.json", "lines > 0", "lines > 1", "deploy/alarms/alarms.json: configuration.severityConfigurations is"},
		{"an alarm of Serverless Devs looks at another time", "deploy/alarms/alarms.json", `"5m"`, `"15m"`, "deploy/alarms/alarms.json: schedule.interval is 15m, and by template.yml it is 5m"},
		{"an alarm of Serverless Devs reaches nobody", "deploy/alarms/alarms.json", `    "sinkAlerthub": {"enabled": true},
`, "", "deploy/alarms/alarms.json: configuration.sinkAlerthub is <nil>"},
		{"an alarm of Serverless Devs is another's", "template.yml", "Name: stopdesktops-alarms", "Name: stopdesktops-lines", "deploy/alarms/alarms.json: is an alarm that template.yml does not have"},
		{"a field is indexed by the stack alone", "deploy/logindex.json", `        "run": {"type": "text", "doc_value": true},
`, "", "deploy/logindex.json: keys.message.json_keys.run is <nil>"},
		{"a field is indexed as another type", "template.yml", "Name: stopped, Type: long", "Name: stopped, Type: text", "deploy/logindex.json: keys.message.json_keys.stopped.type is long, and by template.yml it is text"},
		{"a field is indexed by Serverless Devs alone", "deploy/logindex.json", `"functionName": {`, `"instance": {`, "deploy/logindex.json: keys.instance is there, and not in template.yml"},
		{"an alarm counts on a field that is none", "internal/core/alive.go", `slog.Int("stopped", `, `slog.Int("stops", `, `the line "alive" has no stopped`},

		{"a right is missing", "deploy/ram/stopdesktops.json", `        "ecd:ListTagResources",` + "\n", "", "deploy/ram/stopdesktops.json: action ecd:ListTagResources is missing"},
		{"a right too many", "deploy/ram/slackcmd.json", `"oss:PutObject"`, `["oss:PutObject", "oss:GetObject"]`, "deploy/ram/slackcmd.json: action oss:GetObject is here and nowhere else"},
		{"a new call", "internal/ecd/uptime.go", `"DescribeGlobalDesktopRecords"`, `"DescribeUsers"`, "deploy/ram/stopdesktops.json: action ecd:DescribeUsers is missing"},
		{"a new call without a constant", "internal/ecd/uptime.go", "call{op: opRecords,", `call{op: "DescribeUsers",`, "internal/ecd: a call has an op that is no constant"},
		{"an operator lacks a right", "deploy/ram/operator.json", `        "ecd:ListTagResources",` + "\n", "", "deploy/ram/operator.json: action ecd:ListTagResources is missing"},
		{"the door may stop", "deploy/ram/door.json", `"oss:ListObjects"`, `["oss:ListObjects", "ecd:StopDesktops"]`, "deploy/ram/door.json: action ecd:StopDesktops is here and nowhere else"},
		{"the stack gives more", "template.yml", "Action: [oss:PutObject]\n", "Action: ['oss:*']\n", "template.yml: right of stopdesktops-door oss:* on"},
		{"others may assume a role", "template.yml", "Principal: { Service: [fc.aliyuncs.com] }", "Principal: { Service: [ecs.aliyuncs.com] }", "template.yml: Role may be assumed by others"},

		{"the bucket has no rule", "template.yml", "  StateBucketOverwrite:\n    Type: ALIYUN::OSS::BucketOverwriteConfig\n    DeletionPolicy: Retain\n    Properties:\n      Bucket: { 'Fn::GetAtt': [StateBucket, Name] }\n      Rule:\n        - Id: runs-once\n          Action: forbid\n          Prefix: runs/\n\n", "", "template.yml: rule against overwriting of StateBucket is missing"},
		{"the rule holds another place", "template.yml", "Action: forbid\n          Prefix: runs/", "Action: forbid\n          Prefix: run/", "the bucket's rules against overwriting are [{ID:runs-once Action:forbid Prefix:run/"},
		{"the local double holds what the stack holds", "template.yml", "Action: forbid\n          Prefix: runs/", "Action: forbid\n          Prefix: run/", "the local double takes [{Prefix:run/ Suffix:}] from it"},
		{"the rule is for some only", "template.yml", "          Action: forbid\n", "          Action: forbid\n          Principals: { Principal: ['1'] }\n", "Principals:map[Principal:[1]]}], want"},
		{"the rule holds the freeze", "template.yml", "Action: forbid\n          Prefix: runs/", "Action: forbid", "holds the freeze as well"},
		{"a word of the rule is misspelt", "template.yml", "- Id: runs-once", "- ID: runs-once", "StateBucketOverwrite.Rule has a ID, which the service does not know"},
		{"the rule goes before its bucket", "template.yml", "BucketOverwriteConfig\n    DeletionPolicy: Retain\n", "BucketOverwriteConfig\n", "StateBucketOverwrite comes or goes without its bucket"},
		{"the bucket keeps versions", "template.yml", "      AccessControl: private\n", "      AccessControl: private\n      VersioningConfiguration: { Status: Enabled }\n", "StateBucket says something of versioning"},
		{"make roles holds another place", "deploy/overwrite.json", `"runs/"`, `"run/"`, "deploy/overwrite.json: the bucket's rules against overwriting are"},
		{"make roles misspells the rule", "deploy/overwrite.json", `"Prefix"`, `"Prefx"`, `unknown field "Prefx"`},
		{"make roles prints no rule", "deploy/roles.sh", "aliyun ossutil api put-bucket-overwrite-config", "aliyun ossutil api put-bucket-acl", "deploy/roles.sh: does not print the command that sets"},
		{"the records move from under the rule", "internal/journal/kinds.go", "runs/%s/%s\"", "run/%s/%s\"", "internal/journal: the records are not under runs/"},
		{"a role may change the rule", "deploy/ram/operator.json", `"oss:ListObjects"`, `["oss:ListObjects", "oss:PutBucketOverwriteConfig"]`, "deploy/ram/operator.json: allows oss:PutBucketOverwriteConfig"},
		{"a role may remove records", "deploy/ram/operator.json", `["oss:DeleteObject", "oss:GetObject", "oss:PutObject"],
      "Resource": "acs:oss:*:*:${STATE_BUCKET}/freeze"`, `["oss:DeleteObject", "oss:GetObject", "oss:PutObject"],
      "Resource": "acs:oss:*:*:${STATE_BUCKET}/*"`, "deploy/ram/operator.json: allows oss:DeleteObject on acs:oss:*:*:${STATE_BUCKET}/*"},

		{"a property is misspelt", "template.yml", "MaxAsyncRetryAttempts: 3", "MaxAsyncRetries: 3", "template.yml: AsyncInvoke has a MaxAsyncRetries, which the service does not know"},
		{"a trigger's key is in the wrong case", "template.yml", "authType: anonymous", "AuthType: anonymous", "has a AuthType, which the service does not know"},
		{"a prop of s.yaml is misspelt", "s.yaml", "diskSize: 512", "disksize: 512", `unknown key "disksize"`},
		{"a word where the service wants a list", "template.yml", "Action: [fc:InvokeFunction]", "Action: fc:InvokeFunction", "a Action that is no list"},
		{"a name that does not exist", "template.yml", "{ Ref: Regions }", "{ Ref: Region }", "names Region, which does not exist"},
		{"an attribute that does not exist", "template.yml", "[HttpTrigger, UrlInternet]", "[HttpTrigger, Url]", "asks for Url of HttpTrigger"},
		{"a tick may come before its settings", "template.yml", "DependsOn: AsyncInvoke\n", "DependsOn: LogIndex\n", "does not wait for its function's AsyncInvokeConfig"},
		{"a parameter in no group", "template.yml", "          - Zone\n", "", "parameter in a group: Zone is missing"},
		{"a label in one language", "template.yml", "zh-cn: 时区", "zh-cn: ''", "parameter Zone has no label in both languages"},

		{"an attribute of a parameter is misspelt", "template.yml", "    AllowedPattern: '^[a-z0-9]", "    AllowedPatern: '^[a-z0-9]", "CodeBucket has a AllowedPatern, which the service does not know"},
		{"an attribute of a rule is misspelt", "template.yml", "    RuleCondition: { 'Fn::Not'", "    Condition: { 'Fn::Not'", "SlackWhole has a Condition, which the service does not know"},
		{"an attribute of an assertion is misspelt", "template.yml", "        AssertDescription: 'EcdApi", "        Description: 'EcdApi", "AdminHasNoClient.Assertions has no AssertDescription"},

		{"a description says another default", "template.yml", "such as 30m. Default: 30m.", "such as 30m. Default: 45m.", "the description of Grace is"},
		{"a description says other bounds", "template.yml", "Allowed: a duration from 15m to 72h", "Allowed: a duration from 15m to 48h", "the description of MaxKeep is"},
		{"a description is another variable's", "template.yml", "en: 'GRACE; ", "en: 'GRACES; ", "parameter Grace is for GRACES, which no function reads"},
		{"a description in one language", "template.yml", "      zh-cn: 'WAIT；", "      zh: 'WAIT；", "parameter Wait has no description in both languages"},
		{"the Chinese says another default", "template.yml", "例如 30m。默认：30m。", "例如 30m。默认：45m。", "the Chinese description of Grace does not say"},
		{"the Chinese says other bounds", "template.yml", "例如 12h。默认：72h。", "例如 12 小时。默认：72h。", "the Chinese description of MaxKeep does not say"},
		{"the Chinese leaves out a choice", "template.yml", "可填：ephemeral 或 in_channel。", "可填：ephemeral。", "the Chinese description of SlackResult does not say in_channel"},
		{"a description of the stack's own says another default", "template.yml", "Default: false.'", "Default: true.'", "the description of DoorOnly does not say"},
		{"a description sends people to a page", "template.yml", "they are seen in its console only", "see docs/operations.md", "what is said of parameter AlarmActionPolicy has a < or names a file of docs/"},
		{"a pattern says something else than it wants", "template.yml", "      en: 'one line of at most 200", "      en: 'one line of at most 100", "HelpContact wants"},
		{"a pattern does not say what it wants", "template.yml", "    MaxLength: 200\n    AllowedPattern: '^[^\\r\\n\\t]*$'\n    ConstraintDescription:\n", "    MaxLength: 200\n    AllowedPattern: '^[^\\r\\n\\t]*$'\n    AssociationPropertyMetadata:\n", "parameter HelpContact: a pattern or length is true"},

		{"a choice is missing", "template.yml", "['', ephemeral, in_channel]", "['', ephemeral]", "choice of SlackResult: in_channel is missing"},
		{"a choice too many", "template.yml", "['', auto, list]", "['', auto, list, describe]", "choice of EcdTagSource: describe is here and nowhere else"},
		{"no choice is the default", "template.yml", "['', auto, list]", "[auto, list]", "choice of EcdTagSource:  is missing"},
		{"a choice is a truth value", "template.yml", "['', 'on', 'off']", "['', on, off]", "EcdClientLookup: the choice on needs quotation marks"},
		{"a number is refused", "template.yml", "[1-4][0-9]{2}|500)", "[1-4][0-9]{2})", "CeilingWebhook: 500 is let through: false"},
		{"a number too many", "template.yml", "|3[0-2])$'", "|3[0-9])$'", "EcdMaxConcurrency: 33 is let through: true"},
		{"a good key is refused", "template.yml", "MinLength: 43", "MinLength: 44", `StateKey: "q7Qm0Jf2pZ8yVdT4wXnR6sK1uEoLbHcA9gIiNtMzCvY" is let through: false`},
		{"an id of something else is let through", "template.yml", "'^(|T[A-Z0-9]+", "'^(|[A-Z0-9]+", "SlackTeamIds: \"A012ABCDE\" is let through: true"},
		{"a bucket that is none is let through", "template.yml", "{1,61}[a-z0-9]$'", "{1,61}[a-z0-9]?$'", `CodeBucket: "packages-" is let through: true`},
		{"the default is refused", "template.yml", "'^(|0|([0-9]", "'^(0|([0-9]", "Grace: an empty value is let through: false"},
		{"a package has another name", "template.yml", "  SlackCodeObject:\n    Type: String\n    Default: ''", "  SlackCodeObject:\n    Type: String\n    Default: slackcmd.zip", "template.yml: the default of SlackCodeObject is slackcmd.zip, and docs/deploy.md uploads"},

		{"a rule asks for the wrong thing", "template.yml", "Assert: { 'Fn::Not': { 'Fn::Equals': [{ Ref: SlackStateKey }, '']", "Assert: { 'Fn::Not': { 'Fn::Equals': [{ Ref: SlackAppId }, '']", "the rules say \"\", and the functions"},
		{"a door without its key", "template.yml", "Assert: { 'Fn::Not': { 'Fn::Equals': [{ Ref: DoorStateKey }, '']", "Assert: { 'Fn::Not': { 'Fn::Equals': [{ Ref: StateKey }, '']", "DoorOnly \"true\") the rules say \"\", and the functions"},
		{"a rule is too strict", "template.yml", "[{ Ref: EcdApi }, admin]", "[{ Ref: EcdApi }, client]", "the rules say \"EcdApi is admin"},
		{"a rule asks for half of Slack only", "template.yml", "            - { 'Fn::Equals': [{ Ref: SlackTeamIds }, ''] }\n", "", "the rules say \"\", and the functions"},
		{"a rule names nobody", "template.yml", "[{ Ref: EcdApi }, admin]", "[{ Ref: EcdAPI }, admin]", "the rule AdminHasNoClient names EcdAPI, which does not exist"},
		{"a rule that the service cannot evaluate", "template.yml", "'Fn::And':", "'Fn::All':", "the rule SlackNone has a condition that nobody can evaluate"},
		{"an assertion in one language", "template.yml", " / 填写 SlackAppId 时，SlackStateKey 必填。", "", "an assertion of the rule SlackWhole does not say in both languages"},

		{"an output in one language", "template.yml", "zh-cn: Webhook 地址 }", "zh-cn: '' }", "output WebhookUrl has no label and description in both languages"},
		{"an output with a sign that is not shown", "template.yml", "It needs no token.", "It needs no <token>.", "the description of output SlackHealthUrl has a <"},
		{"an output that nobody serves", "template.yml", "[HttpTrigger, UrlInternet] }, /stop]", "[HttpTrigger, UrlInternet] }, /stops]", "output WebhookUrl is the URL of /stops, which stopdesktops does not serve"},
		{"an output is missing", "template.yml", "UrlInternet] }, /slack/interaction]", "UrlInternet] }, /slack/command]", "URL of slackcmd in the outputs: /slack/interaction is missing"},
		{"an output without its trigger", "template.yml", "  SlackHealthUrl:\n    Condition: WithSlack", "  SlackHealthUrl:\n    Condition: WithDoor", "output SlackHealthUrl is there under \"WithDoor\""},
		{"an output in no order", "template.yml", "      - SlackHealthUrl\n", "", "output in the console's order: SlackHealthUrl is missing"},
		{"the docs name an output that is none", "docs/deploy.md", "output `DoorUrl`", "output `DoorURL`", "docs/deploy.md: names the output DoorURL, which template.yml does not have"},
		{"the docs name an output that is none among others", "docs/slack.md", "output `SlackUrl`", "outputs `SlackUrl` and `SlackActionUrl`", "docs/slack.md: names the output SlackActionUrl"},
		{"a package is uploaded where no bucket can be", "docs/deploy.md", "oss://my-packages/stopdesktops", "oss://My_packages/stopdesktops", "docs/deploy.md: uploads stopdesktops.zip as"},
	}
	for _, seed := range seeds {
		t.Run(seed.name, func(t *testing.T) {
			t.Parallel()
			copied := borrowTree(t)
			if seed.file != "" {
				plant(t, filepath.Join(copied, filepath.FromSlash(seed.file)), seed.old, seed.new)
			}
			found := strings.Join(disagreements(copied), "\n")
			switch {
			case seed.want == "" && found != "":
				t.Errorf("the tree as it is has disagreements:\n%s", found)
			case !strings.Contains(found, seed.want):
				t.Errorf("found\n%s\nwant a line with %q", found, seed.want)
			}
		})
	}
}

// TestAnnouncements gives a timer an announcement and the trigger for it: nothing
// is wrong then. A trigger at another time is found.
func TestAnnouncements(t *testing.T) {
	for _, c := range []struct{ name, cron, want string }{
		{"half an hour before", "CRON_TZ=Asia/Shanghai 0 30 19 * * *", ""},
		{"an hour before", "CRON_TZ=Asia/Shanghai 0 0 19 * * *", "does not announce the run of nightly-dev"},
		{"also at noon", "CRON_TZ=Asia/Shanghai 0 30 12,19 * * *", "announces a run of nightly-dev at"},
		{"never", "never", "has no cron expression that can be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			copied := borrowTree(t)
			plant(t, filepath.Join(copied, "config", "timers.yaml"), "    LateAfter: 15m\n", "    LateAfter: 15m\n    Announce: 30m\n    Channel: C0123456789\n")
			plant(t, filepath.Join(copied, "s.yaml"), "        - triggerName: nightly-dev\n", `        - triggerName: nightly-dev-announce
          triggerType: timer
          triggerConfig: { enable: true, cronExpression: '`+c.cron+`', payload: '{"Timer":"nightly-dev","Announce":true}' }
        - triggerName: nightly-dev
`)
			plant(t, filepath.Join(copied, "template.yml"), "\n  NightlyDev:\n", `
  NightlyDevAnnounce:
    Type: ALIYUN::FC3::Trigger
    DependsOn: AsyncInvoke
    Properties:
      FunctionName: { 'Fn::GetAtt': [Function, FunctionName] }
      TriggerName: nightly-dev-announce
      TriggerType: timer
      TriggerConfig: { enable: true, cronExpression: '`+c.cron+`', payload: '{"Timer":"nightly-dev","Announce":true}' }

  NightlyDev:
`)
			found := strings.Join(disagreements(copied), "\n")
			if c.want == "" && found != "" || !strings.Contains(found, c.want) {
				t.Errorf("found\n%s\nwant %q", found, c.want)
			}
		})
	}
}
