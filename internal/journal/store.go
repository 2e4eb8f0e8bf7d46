package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/retry"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/transport"
)

const (
	// connectTimeout is for a connection inside one region, which takes a few
	// milliseconds. One that takes longer is tried anew.
	connectTimeout = 2 * time.Second
	// readWriteTimeout is how long a connection may be silent. The SDK sets it as
	// a deadline that runs on while the connection is idle.
	readWriteTimeout = 5 * time.Second
	// idleTimeout ends an idle connection well before that deadline does. At the
	// deadline a write may fail before anybody has noticed that it has passed, and
	// neither net/http nor the SDK tries such a write again. The age is counted by
	// the wall clock, so it holds for an instance that was frozen, too.
	idleTimeout = 2 * time.Second
	// callTimeout bounds one call with all its tries, so that a journal that
	// hangs leaves the invocation the time to say so.
	callTimeout = 15 * time.Second
	// maxAttempts is how often the SDK tries a call in all.
	maxAttempts = 3
	// firstDelay and maxDelay bound the SDK's pause between tries, which is
	// random between nothing and firstDelay, doubled with each try.
	firstDelay = 50 * time.Millisecond
	maxDelay   = time.Second
	// maxErrorBytes is more than any error document of the service.
	maxErrorBytes = 64 << 10
)

// sharedHTTP is the one pool of connections. It outlives an invocation;
// credentials do not pass through it.
var sharedHTTP = sync.OnceValue(newHTTPClient)

func newHTTPClient() *http.Client {
	connect, silence, idle := connectTimeout, readWriteTimeout, idleTimeout
	shared := transport.NewHttpClient(
		&transport.Config{ConnectTimeout: &connect, ReadWriteTimeout: &silence, IdleConnectionTimeout: &idle},
		// Records are compressed by us, and only so can their size be bounded.
		func(t *http.Transport) { t.DisableCompression = true },
	)
	shared.Transport = boundedErrors{shared.Transport}
	return shared
}

// boundedErrors cuts off the body of an error answer: the SDK reads it whole.
type boundedErrors struct{ next http.RoundTripper }

func (b boundedErrors) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil && resp.StatusCode/100 != 2 {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxErrorBytes), resp.Body}
	}
	return resp, err
}

// store puts and gets objects of one bucket. It holds the operations that it uses
// and not the client: whatever a journal holds may be reached by reflection, so
// the linker would keep all two hundred operations of the client, a twentieth of
// the package.
type store struct {
	putObject    sdkCall[oss.PutObjectRequest, oss.PutObjectResult]
	getObject    sdkCall[oss.GetObjectRequest, oss.GetObjectResult]
	deleteObject sdkCall[oss.DeleteObjectRequest, oss.DeleteObjectResult]
	bucket       string
}

// sdkCall is one operation of the SDK's client.
type sdkCall[Request, Result any] func(context.Context, *Request, ...func(*oss.Options)) (*Result, error)

func newStore(o Options) store {
	// Not oss.LoadDefaultConfig: it reads a log level from the environment,
	// and the SDK's debug log shows tokens.
	cfg := oss.NewConfig().
		WithRegion(o.Region).
		WithEndpoint(o.Endpoint).
		WithHttpClient(sharedHTTP()).
		WithRetryMaxAttempts(maxAttempts).
		WithRetryer(retry.NewStandard(func(r *retry.RetryOptions) {
			r.BaseDelay, r.MaxBackoff = firstDelay/4, maxDelay // the SDK doubles twice before the first pause
		})).
		WithCredentialsProvider(credentials.CredentialsProviderFunc(func(ctx context.Context) (credentials.Credentials, error) {
			c, err := o.Credentials(ctx)
			if err != nil {
				return credentials.Credentials{}, &credentialsError{err}
			}
			if c.AccessKeyID == "" || c.AccessKeySecret == "" {
				return credentials.Credentials{}, &credentialsError{errors.New("access key id or secret is empty")}
			}
			return credentials.Credentials{
				AccessKeyID:     c.AccessKeyID,
				AccessKeySecret: c.AccessKeySecret.Reveal(),
				SecurityToken:   c.SecurityToken.Reveal(),
			}, nil
		}))
	client := oss.NewClient(cfg)
	return store{putObject: client.PutObject, getObject: client.GetObject, deleteObject: client.DeleteObject, bucket: o.Bucket}
}

// errExists means that the key has an object, which stays as it is.
var errExists = errors.New("the record exists")

// put writes an object that is not there yet. Errors are errExists or
// *core.Error.
func (s store) put(ctx context.Context, key string, data []byte, contentType string) error {
	return s.write(ctx, key, data, contentType, "true")
}

// replace writes an object whether it is there or not. Errors are *core.Error.
func (s store) replace(ctx context.Context, key string, data []byte, contentType string) error {
	return s.write(ctx, key, data, contentType, "false")
}

func (s store) write(ctx context.Context, key string, data []byte, contentType, forbidOverwrite string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.putObject(ctx, &oss.PutObjectRequest{
		Bucket:          oss.Ptr(s.bucket),
		Key:             oss.Ptr(key),
		ContentType:     oss.Ptr(contentType),
		ForbidOverwrite: oss.Ptr(forbidOverwrite),
		Body:            bytes.NewReader(data),
	})
	if err == nil {
		return nil
	}
	if se := (*oss.ServiceError)(nil); errors.As(err, &se) && se.StatusCode == http.StatusConflict && se.Code == "FileAlreadyExists" {
		return errExists
	}
	return s.failure(ctx, opPut, key, err)
}

// remove removes an object. The service succeeds also where there is none.
// Errors are *core.Error.
func (s store) remove(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.deleteObject(ctx, &oss.DeleteObjectRequest{Bucket: oss.Ptr(s.bucket), Key: oss.Ptr(key)})
	if err != nil {
		return s.failure(ctx, opDelete, key, err)
	}
	return nil
}

// get reads an object of at most limit bytes. Errors are *core.Error.
func (s store) get(ctx context.Context, key string, limit int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var data []byte
	// Read inside the SDK's loop of tries, so that a connection that breaks in
	// the middle of the body is one more thing that is tried anew.
	read := func(resp *http.Response) error {
		defer func() { _ = resp.Body.Close() }()
		var err error
		if data, err = io.ReadAll(io.LimitReader(resp.Body, int64(limit)+1)); err != nil {
			return err
		}
		resp.Body = http.NoBody
		if len(data) > limit {
			return fmt.Errorf("%w: over %d bytes", errTooLarge, limit)
		}
		return nil
	}
	_, err := s.getObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(s.bucket), Key: oss.Ptr(key)},
		func(o *oss.Options) { o.ResponseHandlers = append(o.ResponseHandlers, read) })
	if err != nil {
		return nil, s.failure(ctx, opGet, key, err)
	}
	return data, nil
}
