package oss

import (
	"encoding/xml"
	"net/http"
)

// apiError is one error answer. Codes and the fine-grained EC numbers are those
// of the OSS error documentation; where it publishes no EC, the field is empty.
// The vendor asks callers to decide by code and never by EC.
type apiError struct {
	status        int
	code, message string
	ec            string
	stringToSign  string // only for a signature that does not match
}

var (
	errAnonymous = &apiError{status: http.StatusForbidden, code: "AccessDenied", ec: "0003-00000001",
		message: "You have no right to access this object because of bucket acl."}
	errForbidden = &apiError{status: http.StatusForbidden, code: "AccessDenied", ec: "0003-00000905",
		message: "You have no right to access this object."}
	errWrongEndpoint = &apiError{status: http.StatusForbidden, code: "AccessDenied", ec: "0003-00001403",
		message: "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint."}

	errInvalidAccessKey = &apiError{status: http.StatusForbidden, code: "InvalidAccessKeyId", ec: "0002-00000902",
		message: "The OSS Access Key Id you provided does not exist in our records."}
	errMissingToken = &apiError{status: http.StatusForbidden, code: "InvalidAccessKeyId", ec: "0002-00000003",
		message: "The OSS Access Key Id you provided does not exist in our records."}
	errTokenMismatch = &apiError{status: http.StatusForbidden, code: "InvalidSecurityToken", ec: "0002-00000008",
		message: "The security token you provided is invalid."}
	errTokenExpired = &apiError{status: http.StatusForbidden, code: "SecurityTokenExpired", ec: "0002-00000007",
		message: "The security token you provided has expired."}

	errNoDate = &apiError{status: http.StatusForbidden, code: "AccessDenied", ec: "0002-00000503",
		message: "OSS authentication requires a valid Date."}
	errSkewed = &apiError{status: http.StatusForbidden, code: "RequestTimeTooSkewed", ec: "0002-00000504",
		message: "The difference between the request time and the current time is too large."}

	errNoSuchBucket = &apiError{status: http.StatusNotFound, code: "NoSuchBucket", ec: "0015-00000101",
		message: "The specified bucket does not exist."}
	errNoSuchKey = &apiError{status: http.StatusNotFound, code: "NoSuchKey", ec: "0026-00000001",
		message: "The specified key does not exist."}
	errExists = &apiError{status: http.StatusConflict, code: "FileAlreadyExists", ec: "0026-00000002",
		message: "The object you specified already exists and can not be overwritten."}
	errMalformedXML = &apiError{status: http.StatusBadRequest, code: "MalformedXML", ec: "0015-00000231",
		message: "The XML you provided was not well-formed or did not validate against our published schema."}
	errForbidOverwriteValue = invalidArgument("0017-00000279", "The value of x-oss-forbid-overwrite is invalid, it must be true or false.")

	errInvalidObjectName = &apiError{status: http.StatusBadRequest, code: "InvalidObjectName", ec: "0016-00000002",
		message: "The specified object is not valid."}
	errObjectNameSlash = &apiError{status: http.StatusBadRequest, code: "InvalidObjectName", ec: "0016-00000005",
		message: "The specified object is not valid."}
	errInvalidURI = &apiError{status: http.StatusBadRequest, code: "InvalidURI",
		message: "Couldn't parse the specified URI."}
	errInvalidDigest = &apiError{status: http.StatusBadRequest, code: "InvalidDigest", ec: "0017-00000502",
		message: "The Content-MD5 you specified was invalid."}
	errIncompleteBody = &apiError{status: http.StatusBadRequest, code: "IncompleteBody",
		message: "The body of the request ended before its announced length."}
	errEntityTooLarge = &apiError{status: http.StatusBadRequest, code: "EntityTooLarge",
		message: "Your proposed upload exceeds the maximum allowed object size."}

	errInternal = &apiError{status: http.StatusInternalServerError, code: "InternalError",
		message: "Please contact the server administrator, oss@service.aliyun.com."}
	errUnavailable = &apiError{status: http.StatusServiceUnavailable, code: "ServiceUnavailable",
		message: "Please reduce your request rate."}
)

func invalidArgument(ec, message string) *apiError {
	return &apiError{status: http.StatusBadRequest, code: "InvalidArgument", ec: ec, message: message}
}

// notImplemented is the double's way to say that the real service would do
// something here and the double does not.
func notImplemented(what string) *apiError {
	return &apiError{status: http.StatusNotImplemented, code: "NotImplemented",
		message: "The local double does not know " + what + "."}
}

func signatureMismatch(stringToSign string) *apiError {
	return &apiError{status: http.StatusForbidden, code: "SignatureDoesNotMatch", ec: "0002-00000201",
		message:      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
		stringToSign: stringToSign}
}

func (e *apiError) document(requestID, host string) []byte {
	return document(struct {
		XMLName      xml.Name `xml:"Error"`
		Code         string
		Message      string
		RequestID    string `xml:"RequestId"`
		HostID       string `xml:"HostId"`
		StringToSign string `xml:",omitempty"`
		EC           string
	}{Code: e.code, Message: e.message, RequestID: requestID, HostID: host, StringToSign: e.stringToSign, EC: e.ec})
}

// document renders one of the package's own plain structs, which XML can
// always express.
func document(v any) []byte {
	b, err := xml.Marshal(v)
	if err != nil {
		panic("oss: render XML: " + err.Error())
	}
	return append([]byte(xml.Header), b...)
}
