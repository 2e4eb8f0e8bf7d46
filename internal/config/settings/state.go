package settings

import "stopdesktops/internal/core"

// State is where the records of runs are kept.
type State struct {
	Bucket   string
	Region   string
	Endpoint string // empty: the vendor's public one
	Key      core.Secret
}

// bucket are the variables that say where the records are.
func (s *State) bucket() []variable {
	return []variable{
		{Variable{Name: "STATE_BUCKET", Required: true, Want: "the name of an OSS bucket: 3 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
			Doc: "Private OSS bucket that holds the records of runs. Its versioning must be off."}, setShape(&s.Bucket, bucketShape)},
		{Variable{Name: "STATE_REGION", Required: true, From: "FC_REGION", Want: "the region id of the bucket, such as cn-hangzhou",
			Doc: "Region of the bucket."}, setRegion(&s.Region)},
		{Variable{Name: "STATE_ENDPOINT", Want: wantEndpoint,
			Doc: "Where OSS is, instead of its public endpoint; https://oss-<region>-internal.aliyuncs.com costs no traffic from the same region."}, setEndpoint(&s.Endpoint)},
	}
}

func (s *State) variables() []variable {
	return append(s.bucket(), []variable{
		{Variable{Name: "STATE_KEY", Required: true, Secret: true, Want: "one or several keys separated by commas; make one with: openssl rand -base64 32",
			Doc: "Key from which run ids, seals and signatures are derived. The first one makes, all are recognised."}, setSecret(&s.Key)},
	}...)
}
