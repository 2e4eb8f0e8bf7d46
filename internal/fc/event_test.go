package fc_test

import (
	"strings"
	"testing"

	"stopdesktops/internal/fc"
)

const (
	httpEvent = `{"version":"v1","rawPath":"/stop","body":"","isBase64Encoded":false,"headers":{},"queryParameters":{},` +
		`"requestContext":{"accountId":"123456","domainName":"example.cn-hangzhou.fcapp.run","requestId":"1-a","http":{"method":"GET","path":"/stop","protocol":"HTTP/1.1","sourceIp":"203.0.113.7"}}}`
	timerEvent = `{"triggerTime":"2026-03-01T12:00:00Z","triggerName":"nightly","payload":"{\"Timer\":\"nightly-dev\"}"}`
	jobEvent   = `{"Run":"webhook-abcdefghijklmnopqrstuvwxyz","Step":"stop"}`
)

func failureOf(payload string) string {
	return `{"timestamp":1772366400000,"requestContext":{"requestId":"1-b","functionArn":"acs:fc:cn-hangzhou:123456:functions/stopdesktops","condition":"RetriesExhausted","approximateInvokeCount":4},` +
		`"requestPayload":` + payload + `,"responseContext":{"statusCode":200,"functionError":"UnhandledInvocationError"},"responsePayload":"{}"}`
}

func TestOpenTellsShapesByTopLevelNames(t *testing.T) {
	body := func(s string) string {
		return strings.Replace(httpEvent, `"body":""`, `"body":`+s, 1)
	}
	tests := []struct {
		name, event string
		want        fc.Shape
	}{
		{"HTTP", httpEvent, fc.ShapeHTTP},
		{"HTTP with spaces", " \n" + strings.ReplaceAll(httpEvent, ",", " , ") + "\n", fc.ShapeHTTP},
		{"HTTP with a name the platform added", strings.Replace(httpEvent, "{", `{"later":[1],`, 1), fc.ShapeHTTP},
		{"HTTP without a body", strings.Replace(httpEvent, `"body":"",`, "", 1), fc.ShapeHTTP},
		{"HTTP with a body that is not UTF-8", body("\"\xff\""), fc.ShapeHTTP},
		{"timer", timerEvent, fc.ShapeTimer},
		{"job", jobEvent, fc.ShapeJob},
		{"failure with an object", failureOf(jobEvent), fc.ShapeFailure},
		{"failure with a string", failureOf(`"{}"`), fc.ShapeFailure},

		{"a body that is a timer event", body(timerEvent), fc.ShapeHTTP},
		{"a body that holds a timer event", body(`"` + strings.ReplaceAll(strings.ReplaceAll(timerEvent, `\`, `\\`), `"`, `\"`) + `"`), fc.ShapeHTTP},
		{"a body that is a job", body(jobEvent), fc.ShapeHTTP},
		{"a body that is a failure record", body(failureOf("{}")), fc.ShapeHTTP},
		{"headers that are a job", strings.Replace(httpEvent, `"headers":{}`, `"headers":`+jobEvent, 1), fc.ShapeHTTP},
		{"a payload that holds an HTTP event", failureOf(httpEvent), fc.ShapeFailure},

		{"names in another case", strings.Replace(jobEvent, "Run", "run", 1), fc.ShapeUnknown},
		{"a job with more", strings.Replace(jobEvent, "{", `{"X":1,`, 1), fc.ShapeUnknown},
		{"a tick with more names", strings.Replace(timerEvent, "{", `{"Run":"","Step":"",`, 1), fc.ShapeTimer},
		{"a tick and an HTTP event", strings.Replace(httpEvent, "{", timerEvent[:len(timerEvent)-1]+",", 1), fc.ShapeUnknown},
		{"a tick and a failure", strings.Replace(failureOf("{}"), "{", timerEvent[:len(timerEvent)-1]+",", 1), fc.ShapeUnknown},
		{"a context without http", strings.Replace(httpEvent, `"http":`, `"https":`, 1), fc.ShapeUnknown},
		{"a name twice", strings.Replace(jobEvent, "{", `{"Step":"halt",`, 1), fc.ShapeUnknown},
		{"a trigger's name twice", strings.Replace(timerEvent, "{", `{"triggerName":"x",`, 1), fc.ShapeUnknown},
		{"a body twice", strings.Replace(httpEvent, "{", `{"body":"x",`, 1), fc.ShapeUnknown},
		{"an HTTP event with a failure's names", strings.Replace(httpEvent, "{", `{"requestPayload":{},"responseContext":{},`, 1), fc.ShapeHTTP},
		{"a name twice by escape", strings.Replace(jobEvent, "{", `{"\u0053tep":"halt",`, 1), fc.ShapeUnknown},
		{"nothing", "", fc.ShapeUnknown},
		{"null", "null", fc.ShapeUnknown},
		{"an empty object", "{}", fc.ShapeUnknown},
		{"an array", "[" + jobEvent + "]", fc.ShapeUnknown},
		{"a string", `"x"`, fc.ShapeUnknown},
		{"cut off", jobEvent[:len(jobEvent)-1], fc.ShapeUnknown},
		{"something behind", jobEvent + "{}", fc.ShapeUnknown},
		{"not JSON", "hello", fc.ShapeUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fc.Open([]byte(tt.event)).Shape; got != tt.want {
				t.Errorf("shape %s, want %s", got, tt.want)
			}
		})
	}
}
