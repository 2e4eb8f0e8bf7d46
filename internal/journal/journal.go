package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"

	"stopdesktops/internal/core"
	"stopdesktops/internal/hosts"
)

// Credentials sign the requests to OSS. SecurityToken is empty for a
// long-lived key.
type Credentials struct {
	AccessKeyID     string
	AccessKeySecret core.Secret
	SecurityToken   core.Secret
}

// Sealer seals what is confidential in a record, so that it opens only for the
// same run and purpose. statekey.Keys implements it.
type Sealer interface {
	Seal(run core.RunID, purpose string, plain []byte) (string, error)
	Open(run core.RunID, purpose, sealed string) ([]byte, error)
}

// Options describe where the records are and who asks for them.
type Options struct {
	Bucket string // its versioning must be off
	Region string // of the bucket, such as cn-hangzhou

	// Endpoint is a URL, https unless the host is a literal loopback address.
	// Empty means the region's public one. From a function in the bucket's
	// region, https://oss-<region>-internal.aliyuncs.com costs no traffic.
	Endpoint string

	// Credentials are asked for before every request and never kept, so an
	// invocation's own ones fit. An error of it reaches the log and must hold
	// no secret.
	Credentials func(context.Context) (Credentials, error)

	Sealer Sealer

	// WriteOnly is for a role that may write and not read. Nothing is read
	// back: where a record exists already, whoever wrote it, Claim and
	// PutAttempt return a zero record and false. That may be our own record
	// after a lost answer, so false must not be taken to mean that somebody
	// else goes on with the run.
	WriteOnly bool

	// Now tells whether a freeze has lapsed. time.Now when nil.
	Now func() time.Time

	Log *slog.Logger // nil logs nothing
}

// Journal keeps the records. It is cheap to make and holds no connection of
// its own, so one is made for each invocation. It is safe for concurrent use.
type Journal struct {
	store     store
	sealer    Sealer
	writeOnly bool
	log       *slog.Logger
	nonce     func() string
	now       func() time.Time
}

var _ core.Journal = (*Journal)(nil)

// New checks the options, all of them at once, and makes a journal. It calls
// nobody.
func New(o Options) (*Journal, error) {
	var problems []error
	problem := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !oss.IsValidBucketName(&o.Bucket) {
		problem("bucket is %q; want 3 to 63 lower-case letters, digits and dashes", o.Bucket)
	}
	if !core.ValidRegionShape(o.Region) {
		problem("region is %q; want a region id such as cn-hangzhou", o.Region)
	}
	if o.Endpoint == "" {
		o.Endpoint = "https://oss-" + o.Region + ".aliyuncs.com"
	} else if err := checkEndpoint(o.Endpoint); err != nil {
		problems = append(problems, err)
	}
	if o.Credentials == nil {
		problem("credentials are missing")
	}
	if o.Sealer == nil {
		problem("sealer is missing")
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("set up the journal: %w", errors.Join(problems...))
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Journal{
		store:     newStore(o),
		sealer:    o.Sealer,
		writeOnly: o.WriteOnly,
		log:       o.Log,
		nonce:     newNonce,
		now:       o.Now,
	}, nil
}

// checkEndpoint lets records travel in the clear only inside this machine.
func checkEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		// The text is not shown, because it may hold a password.
		return errors.New("endpoint is not a plain URL; want https://<host>, such as https://oss-cn-hangzhou-internal.aliyuncs.com")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !hosts.IsLoopback(u.Hostname())) {
		return fmt.Errorf("endpoint is %s://%s; want https, or http with a literal loopback address such as 127.0.0.1", u.Scheme, u.Host)
	}
	return nil
}
