package journal

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"

	"stopdesktops/internal/core"
)

func zip(t testing.TB, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestCorruptRecords puts what nobody should have written in place of a good
// record. Each is refused with the reason in the log's text.
func TestCorruptRecords(t *testing.T) {
	c := newCloud(t)
	j := c.journal(t, "stopdesktops")
	run, other := c.run(core.Slack, "d1"), c.run(core.Slack, "d2")
	record := requestRecord(run)
	if _, won, err := j.Claim(t.Context(), record); err != nil || !won {
		t.Fatal(won, err)
	}
	if _, err := j.PutPlan(t.Context(), planOf(run)); err != nil {
		t.Fatal(err)
	}
	requestKey, planKey := requests.of(run, 0).key(), plans.of(run, 0).key()
	request, _ := c.Object(testBucket, requestKey)
	plan, _ := c.Object(testBucket, planKey)
	replaced := func(in []byte, old, new string) []byte {
		t.Helper()
		if !bytes.Contains(in, []byte(old)) {
			t.Fatalf("%s is not in %s", old, in)
		}
		return bytes.Replace(in, []byte(old), []byte(new), 1)
	}
	packed := zip(t, request)
	endless := zip(t, bytes.Repeat([]byte(" "), 4*maxRequestBytes))
	var sealed struct{ Nonce, Sealed string }
	if err := json.Unmarshal(request, &sealed); err != nil || sealed.Sealed == "" {
		t.Fatal("the record has no sealed part", err)
	}
	foreign, err := c.keys.Seal(other, confidential, []byte(`{"response_url":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	otherPurpose, err := c.keys.Seal(run, "other", []byte(`{"response_url":"x"}`))
	if err != nil {
		t.Fatal(err)
	}

	for name, bad := range map[string]struct {
		data []byte
		says string
	}{
		"empty":               {nil, "EOF"},
		"not JSON":            {[]byte("<Error/>"), "invalid character"},
		"cut off":             {request[:len(request)/2], "EOF"},
		"something behind":    {append(bytes.Clone(request), "{}"...), "after top-level value"},
		"unknown field":       {replaced(request, `"Version":1`, `"Version":1,"Extra":2`), "Extra"},
		"a name twice":        {replaced(request, `"Version":1`, `"Version":1,"Version":1`), "duplicate"},
		"another case":        {replaced(request, `"Version":1`, `"version":1`), "version"},
		"broken text":         {replaced(request, `"Reason":"`, `"Reason":"`+"\xff"), "UTF-8"},
		"unknown in body":     {replaced(request, `"Body":{`, `"Body":{"Extra":2,`), "Extra"},
		"later version":       {replaced(request, `"Version":1`, `"Version":2,"Extra":2`), "has version 2 and this program reads version 1; upgrade"},
		"no version":          {replaced(request, `"Version":1,`, ``), "has version 0"},
		"no nonce":            {replaced(request, sealed.Nonce, ""), "nonce"},
		"other kind":          {plan, `unknown object member`},
		"kind changed":        {replaced(request, `"Kind":"request"`, `"Kind":"report"`), `it is a "report"`},
		"other run":           {bytes.ReplaceAll(request, []byte(run), []byte(other)), "belongs to run"},
		"other run in body":   {replaced(request, `"Body":{"Run":"`+string(run), `"Body":{"Run":"`+string(other)), "belongs to run"},
		"other door":          {replaced(request, `"Door":"slack"`, `"Door":"timer"`), `door "timer"`},
		"tokens":              {replaced(request, `"RegionId"`, `"LoginToken":"x","RegionId"`), "tokens"},
		"another zone":        {replaced(request, `12:00:00Z`, `20:00:00+08:00`), "not in UTC"},
		"sealed for another":  {replaced(request, sealed.Sealed, foreign), "confidential part"},
		"sealed as another":   {replaced(request, sealed.Sealed, otherPurpose), "confidential part"},
		"seal changed":        {replaced(request, sealed.Sealed, sealed.Sealed[:40]+"AAAA"+sealed.Sealed[44:]), "confidential part"},
		"too large":           {append(bytes.Clone(request), bytes.Repeat([]byte(" "), maxRequestBytes)...), "too large"},
		"too large inside":    {zip(t, append(bytes.Clone(request), bytes.Repeat([]byte(" "), maxRequestBytes)...)), "too large"},
		"packed and cut off":  {packed[:len(packed)-9], "decompress"},
		"packed, wrong sum":   {append(bytes.Clone(packed[:len(packed)-8]), "01234567"...), "decompress"},
		"packed twice":        {zip(t, packed), "invalid character"},
		"packed and behind":   {append(bytes.Clone(packed), zip(t, nil)...), "something follows"},
		"packed without end":  {endless[:len(endless)-9], "too large"},
		"packed, head broken": {[]byte(gzipMagic + "\xff"), "decompress"},
	} {
		t.Run(name, func(t *testing.T) {
			c.Put(testBucket, requestKey, bad.data)
			_, err := j.Request(t.Context(), run)
			c.wantCode(t, err, core.Internal, requestKey, bad.says)
			// Whoever comes second must not take it for somebody's record.
			_, won, err := j.Claim(t.Context(), record)
			c.wantCode(t, err, core.Internal, bad.says)
			if won {
				t.Error("a claim was won against a corrupt record")
			}
		})
	}

	// Packed or not, a good record is a good record.
	c.Put(testBucket, requestKey, packed)
	if _, err := j.Request(t.Context(), run); err != nil {
		t.Errorf("a short record that is packed: %v", err)
	}

	for name, bad := range map[string]struct {
		data []byte
		says string
	}{
		"sealed part":      {replaced(plan, `"Body"`, `"Sealed":"x","Body"`), "no sealed part"},
		"entries object":   {[]byte(string(plan[:bytes.Index(plan, []byte(`"Entries":`))]) + `"Entries":{}}}`), "want an array"},
		"unknown in entry": {replaced(plan, `"Entries":[{`, `"Entries":[{"Extra":1,`), "Extra"},
		"too many desktops": {[]byte(string(plan[:bytes.Index(plan, []byte(`"Entries":`))]) +
			`"Entries":[{}` + strings.Repeat(",{}", maxDesktops) + `]}}`), "more than 20000"},
	} {
		t.Run("plan: "+name, func(t *testing.T) {
			c.Put(testBucket, planKey, bad.data)
			_, err := j.Plan(t.Context(), run)
			c.wantCode(t, err, core.Internal, planKey, bad.says)
		})
	}

	attemptKey := attempts.of(run, 2).key()
	if _, _, err := j.PutAttempt(t.Context(), run, attemptOf(2)); err != nil {
		t.Fatal(err)
	}
	attempt, _ := c.Object(testBucket, attemptKey)
	c.Put(testBucket, attemptKey, replaced(attempt, `"N":2`, `"N":1`))
	_, err = j.Attempt(t.Context(), run, 2)
	c.wantCode(t, err, core.Internal, "attempt 1")
	if _, err := j.PutPart(t.Context(), partOf(run, 2)); err != nil {
		t.Fatal(err)
	}
	part, _ := c.Object(testBucket, parts.of(run, 2).key())
	c.Put(testBucket, parts.of(run, 1).key(), part)
	_, err = j.Part(t.Context(), run, 1)
	c.wantCode(t, err, core.Internal, "it says that it is of attempt 2")
	c.Put(testBucket, parts.of(other, 2).key(), bytes.Replace(part, []byte(run), []byte(other), 1))
	_, err = j.Part(t.Context(), other, 2)
	c.wantCode(t, err, core.Internal, "it says that it belongs to run")

	// An attempt's body does not name its run, so only the envelope tells.
	c.Put(testBucket, attemptKey, replaced(attempt, string(run), string(other)))
	_, err = j.Attempt(t.Context(), run, 2)
	c.wantCode(t, err, core.Internal, "belongs to run")
}
