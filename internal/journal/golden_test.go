package journal

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"stopdesktops/internal/core"
)

// What the golden records have in common. How a sealed part looks is pinned by
// the vectors of package statekey; here it is any text.
const (
	goldenRun    = core.RunID("slack-t65rj55vrkautoxjna6rl2u6xr")
	goldenNonce  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	goldenSealed = "SEALED"
)

func golden(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// checkGolden compares both directions with a file: records out there must
// stay readable, and a change of what is written needs a new version.
func checkGolden[T any](t *testing.T, at place[T], body T, sealed string) {
	t.Helper()
	name := at.kind.name + ".json"
	file := golden(t, name)
	want := envelope[T]{Version: version, Kind: at.kind.name, Run: at.run, Nonce: goldenNonce, Sealed: sealed, Body: body}
	got, err := decode(at, file)
	if err != nil {
		t.Fatalf("%s cannot be read any more: %v", name, err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is read as\n%+v, want\n%+v", name, got, want)
	}
	written, _, err := encode(at, want)
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, file); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, compact.Bytes()) {
		t.Errorf("%s is written differently now; if that is meant, raise the version:\n%s", name, written)
	}
}

func TestGoldenRecords(t *testing.T) {
	request := requestRecord(goldenRun)
	request.AtOnce = true
	request.Confidential = nil // sealed
	request.Request.ClientId, request.Request.ClientToken = "client-1", "token-1"
	request.Request.ClientOS, request.Request.ClientVersion, request.Request.Uuid = "Windows 11", "7.1.0", "uuid-1"
	request.Request.DryRun = true
	checkGolden(t, requests.of(goldenRun, 0), request, goldenSealed)

	plan := planOf(goldenRun)
	checkGolden(t, plans.of(goldenRun, 0), planBody{Plan: withoutEntries(plan), Entries: plan.Entries}, "")

	report := reportOf(goldenRun)
	report.DryRun, report.Note, report.Outcomes[1].Detail = true, "a note", "since 11:40"
	outcomes := report.Outcomes
	report.Outcomes = nil
	checkGolden(t, reports.of(goldenRun, 0), reportBody{Report: report, Outcomes: outcomes}, "")

	checkGolden(t, attempts.of(goldenRun, 2), attemptOf(2), "")
}

func withoutEntries(p core.Plan) core.Plan { p.Entries = nil; return p }

// TestGoldenPacked reads a record that another implementation of gzip packed.
func TestGoldenPacked(t *testing.T) {
	at := plans.of(goldenRun, 0)
	got, err := decode(at, golden(t, "plan.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := decode(at, golden(t, "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, want %+v", got, want)
	}
}

// checkDecoded decodes data and, if that works, wants the record to survive
// being written and read again.
func checkDecoded[T any](t *testing.T, at place[T], data []byte) {
	t.Helper()
	first, err := decode(at, data)
	if err != nil {
		return
	}
	again, _, err := encode(at, first)
	if err != nil {
		t.Fatalf("what was read cannot be written: %v", err)
	}
	second, err := decode(at, again)
	if err != nil {
		t.Fatalf("what was written cannot be read: %v", err)
	}
	if !reflect.DeepEqual(first, second) {
		t.Fatalf("read %+v, and after writing it %+v", first, second)
	}
	if first.Run != goldenRun {
		t.Fatalf("read a record of run %q", first.Run)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"request.json", "plan.json", "report.json", "attempt.json", "plan.json.gz"} {
		data := golden(f, name)
		f.Add(data)
		f.Add(zip(f, data))
	}
	f.Add([]byte(gzipMagic))
	f.Add([]byte(`{"Version":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkDecoded(t, requests.of(goldenRun, 0), data)
		checkDecoded(t, plans.of(goldenRun, 0), data)
		checkDecoded(t, reports.of(goldenRun, 0), data)
		checkDecoded(t, attempts.of(goldenRun, 2), data)
	})
}
