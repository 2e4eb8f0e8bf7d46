package truth

import (
	"maps"
	"slices"
	"strings"
)

// The vendor's validators let a misspelt property pass, and the service then acts
// as if it were not there. So the names that may stand under each type of
// resource are listed here, by the documentation of Resource Orchestration
// Service; a star marks those that must.
var allowed = map[string]string{
	"ALIYUN::FC3::Function": `FunctionName* Handler* Runtime* Code Cpu MemorySize DiskSize Timeout Description EnvironmentVariables Role InternetAccess
		InstanceConcurrency InstanceLifecycleConfig InstanceIsolationMode LogConfig Layers VpcConfig NasConfig OssMountConfig CustomRuntimeConfig
		CustomContainerConfig CustomDns GpuConfig DisableOndemand SessionAffinity SessionAffinityConfig Tags TracingConfig`,
	"ALIYUN::FC3::Function.Code":      "OssBucketName* OssObjectName* Checksum ZipFile SourceCode",
	"ALIYUN::FC3::Function.LogConfig": "Project* Logstore* LogBeginRule EnableInstanceMetrics EnableRequestMetrics",

	"ALIYUN::FC3::Trigger":                                       "FunctionName* TriggerName* TriggerType* TriggerConfig* Qualifier Description InvocationRole SourceArn",
	"ALIYUN::FC3::AsyncInvokeConfig":                             "FunctionName* AsyncTask DestinationConfig MaxAsyncEventAgeInSeconds MaxAsyncRetryAttempts",
	"ALIYUN::FC3::AsyncInvokeConfig.DestinationConfig":           "OnSuccess OnFailure",
	"ALIYUN::FC3::AsyncInvokeConfig.DestinationConfig.OnFailure": "Destination*",
	"ALIYUN::FC3::ConcurrencyConfig":                             "FunctionName* ReservedConcurrency*",

	"ALIYUN::RAM::Role":          "RoleName* AssumeRolePolicyDocument* Policies PolicyAttachments MaxSessionDuration Description DeletionForce IgnoreExisting Tags",
	"ALIYUN::RAM::Role.Policies": "PolicyName* PolicyDocument*",
	"ALIYUN::RAM::ManagedPolicy": "PolicyName* PolicyDocument PolicyDocumentUnchecked Description Roles Users Groups IgnoreExisting",

	"ALIYUN::OSS::Bucket": `BucketName* AccessControl BlockPublicAccess CORSConfiguration DeletionForce EnableOssHdfsService LifecycleConfiguration LoggingConfiguration
		Policy RedundancyType RefererConfiguration ResourceGroupId ServerSideEncryptionConfiguration StorageClass Tags VersioningConfiguration WebsiteConfigurationV2`,
	"ALIYUN::OSS::Bucket.ServerSideEncryptionConfiguration":      "SSEAlgorithm* KMSMasterKeyID",
	"ALIYUN::OSS::Bucket.LifecycleConfiguration":                 "Rule*",
	"ALIYUN::OSS::Bucket.LifecycleConfiguration.Rule":            "Prefix* ID Status Expiration Transition Filter AbortMultipartUpload",
	"ALIYUN::OSS::Bucket.LifecycleConfiguration.Rule.Expiration": "Days CreatedBeforeDate ExpiredObjectDeleteMarker",

	// Source: the page ALIYUN::OSS::BucketOverwriteConfig of that documentation, of July
	// 2026. A rule is empty without an Id and a Prefix, so what it must say is held in
	// bucket_test.go.
	"ALIYUN::OSS::BucketOverwriteConfig":                 "Bucket* Rule",
	"ALIYUN::OSS::BucketOverwriteConfig.Rule":            "Action Id Prefix Suffix Principals",
	"ALIYUN::OSS::BucketOverwriteConfig.Rule.Principals": "Principal",

	"ALIYUN::SLS::Project":                         "Name* Description Tags DataRedundancyType ResourceGroupId",
	"ALIYUN::SLS::Logstore":                        "ProjectName* LogstoreName* TTL ShardCount AutoSplit MaxSplitShard Mode PreserveStorage AppendMeta EnableTracking EncryptConf",
	"ALIYUN::SLS::Index":                           "ProjectName* LogstoreName* FullTextIndex* KeyIndices LogReduce",
	"ALIYUN::SLS::Index.FullTextIndex":             "Enable* CaseSensitive IncludeChinese Delimiter",
	"ALIYUN::SLS::Index.KeyIndices":                "Name* Type* JsonKeyIndices Alias EnableAnalytics CaseSensitive IncludeChinese Delimiter",
	"ALIYUN::SLS::Index.KeyIndices.JsonKeyIndices": "Name* Type* Alias EnableAnalytics",
	"ALIYUN::SLS::Alert":                           "Project* Detail*",
	"ALIYUN::SLS::Alert.Detail":                    "Name* DisplayName* Schedule* Configuration* Type State Description",
	"ALIYUN::SLS::Alert.Detail.Schedule":           "Type* Interval CronExpression DayOfWeek Hour Delay RunImmediately",
	"ALIYUN::SLS::Alert.Detail.Configuration": `QueryList* Dashboard* Version Type GroupConfiguration SeverityConfigurations Annotations Labels AutoAnnotation SendResolved
		Threshold NoDataFire NoDataSeverity PolicyConfiguration JoinConfigurations MuteUntil Condition Throttling NotifyThreshold NotificationList`,
	"ALIYUN::SLS::Alert.Detail.Configuration.QueryList": `Query* Start* End* TimeSpanType* StoreType Project Store LogStore Region RoleArn PowerSqlMode ChartTitle
		DashboardId`,
	"ALIYUN::SLS::Alert.Detail.Configuration.GroupConfiguration":                   "Type* Fields",
	"ALIYUN::SLS::Alert.Detail.Configuration.SeverityConfigurations":               "Severity* EvalCondition",
	"ALIYUN::SLS::Alert.Detail.Configuration.SeverityConfigurations.EvalCondition": "Condition CountCondition",
	"ALIYUN::SLS::Alert.Detail.Configuration.Annotations":                          "Key* Value*",
	"ALIYUN::SLS::Alert.Detail.Configuration.PolicyConfiguration":                  "AlertPolicyId ActionPolicyId RepeatInterval UseDefault",
}

// free are the maps whose keys are somebody else's: the API's own, a RAM
// document's, or the names of variables.
var free = []string{"EnvironmentVariables", "AssumeRolePolicyDocument", "PolicyDocument", "TriggerConfig"}

// triggerKeys are those of the API, which TriggerConfig hands on as they are.
var triggerKeys = map[string]string{
	"http":  "authType* methods* authConfig disableURLInternet",
	"timer": "cronExpression* enable* payload",
}

// names holds every property of the stack to the tables.
func (t *tree) names(s *template) {
	for name, r := range s.Resources {
		if _, known := allowed[r.Type]; !known {
			t.bad(templateFile, "%s has the type %s, which the table of names lacks", name, r.Type)
			continue
		}
		t.named(name, r.Type, r.Properties)
		if p := properties(r.Properties); r.Type == "ALIYUN::FC3::Trigger" {
			t.keys(name+".TriggerConfig", triggerKeys[p.text("TriggerType")], p.under("TriggerConfig"))
		}
	}
}

// named checks a map and, where the table goes on, what is under it.
func (t *tree) named(where, table string, value any) {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			t.named(where, table, one)
		}
	case map[string]any:
		if isFunction(v) {
			return
		}
		t.keys(where, allowed[table], v)
		for key, inner := range v {
			if _, deeper := allowed[table+"."+key]; deeper && !slices.Contains(free, key) {
				t.named(where+"."+key, table+"."+key, inner)
			}
		}
	}
}

// isFunction says whether a map is Ref or one of the Fn:: functions.
func isFunction(m map[string]any) bool {
	for key := range m {
		if key == "Ref" || strings.HasPrefix(key, "Fn::") {
			return true
		}
	}
	return false
}

// keys checks the keys of a map against a line of the table.
func (t *tree) keys(where, line string, m map[string]any) {
	known := map[string]bool{}
	for word := range strings.FieldsSeq(line) {
		name, must := strings.CutSuffix(word, "*")
		known[name] = true
		if _, there := m[name]; must && !there {
			t.bad(templateFile, "%s has no %s", where, name)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !known[key] {
			t.bad(templateFile, "%s has a %s, which the service does not know", where, key)
		}
	}
}
