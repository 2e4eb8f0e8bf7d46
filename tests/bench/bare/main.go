// Command bare is the least a Go function can be. The benchmark measures the
// product beside it.
package main

import (
	"context"
	"encoding/json"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
)

func main() {
	fc.Start(func(context.Context, []byte) (json.RawMessage, error) {
		return json.RawMessage(`{"statusCode":200,"headers":{},"isBase64Encoded":false,"body":"ok"}`), nil
	})
}
