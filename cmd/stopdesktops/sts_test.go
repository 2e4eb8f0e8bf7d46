package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"stopdesktops/internal/sim/acs"
	"stopdesktops/internal/sim/cloud"
	"stopdesktops/internal/sim/ram"
)

const stsHost = "sts.aliyuncs.com"

// sts is: sts <role> [trusts], and puts a double of STS where the official library
// looks for it. The role has an operator's rights; the operator may assume it
// where it trusts him.
func sts(ts *testscript.TestScript, _ bool, args []string) {
	w := worldOf(ts)
	policy, err := w.OperatorRights()
	ts.Check(err)
	w.RAM.SetRole(args[0], policy)
	if len(args) > 1 {
		policy.Statement = append(policy.Statement, ram.Statement{Effect: "Allow", Action: []string{"sts:AssumeRole"}, Resource: []string{"acs:ram::" + cloud.Account + ":role/" + args[0]}})
		w.RAM.SetRole(cloud.OperatorUser, policy)
	}
	certificate, root, err := certificateOf(stsHost)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("root.pem"), root, 0o600))
	ts.Setenv("SSL_CERT_FILE", ts.MkAbs("root.pem"))

	// The library speaks to one host over TLS and nothing else, so the double
	// stands behind a proxy, which is asked for that host.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv("HTTPS_PROXY", "http://"+l.Addr().String())
	double := &http.Server{Handler: http.HandlerFunc(w.assumeRole), ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	ts.Defer(func() { double.Close() })
	go double.Serve(tls.NewListener(proxied{l}, &tls.Config{Certificates: []tls.Certificate{certificate}}))
}

// proxied listens for connections that ask a proxy for STS.
type proxied struct{ net.Listener }

// Accept implements net.Listener. Whoever asks for another host is hung up on.
func (p proxied) Accept() (net.Conn, error) {
	for {
		conn, err := p.Listener.Accept()
		if err != nil {
			return nil, err
		}
		// Nothing follows the question before its answer.
		if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil && r.Method == http.MethodConnect && r.Host == stsHost+":443" {
			if _, err := conn.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")); err == nil {
				return conn, nil
			}
		}
		conn.Close()
	}
}

// assumeRole is the double: it checks the signature and the right.
func (w *world) assumeRole(out http.ResponseWriter, r *http.Request) {
	refuse := func(status int, code string) {
		out.WriteHeader(status)
		json.NewEncoder(out).Encode(map[string]string{"RequestId": "R-STS", "Code": code, "Message": "words of STS: " + r.URL.RawQuery})
	}
	if err := r.ParseForm(); err != nil {
		refuse(http.StatusBadRequest, "InvalidParameter")
		return
	}
	var who ram.Principal
	_, err := acs.VerifyRPC(r.Method, r.Form, func(key, token string) (string, error) {
		var err error
		who, err = w.RAM.Authenticate(key, token)
		return who.AccessKeySecret, err
	}, time.Now().Add(time.Duration(w.ahead.Load())))
	arn := r.Form.Get("RoleArn")
	if e := (*acs.Error)(nil); errors.As(err, &e) {
		refuse(e.HTTPStatus, e.Code)
		return
	} else if !who.Allowed("sts:AssumeRole", arn) {
		refuse(http.StatusForbidden, "NoPermission")
		return
	}
	c, err := w.RAM.Issue(arn[strings.LastIndex(arn, "/")+1:], time.Hour)
	if err != nil {
		refuse(http.StatusNotFound, "EntityNotExist.Role")
		return
	}
	json.NewEncoder(out).Encode(map[string]any{"RequestId": "R-STS", "Credentials": map[string]string{"AccessKeyId": c.AccessKeyID,
		"AccessKeySecret": c.AccessKeySecret, "SecurityToken": c.SecurityToken, "Expiration": c.Expires.UTC().Format(time.RFC3339)}})
}

// certificateOf makes a certificate of a host that vouches for itself, and what a
// program has to trust to believe it.
func certificateOf(host string) (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
