package journal

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"stopdesktops/internal/core"
)

// What the golden records have in common. How a sealed part looks is pinned by
// the vectors of package statekey; here it is any text.
const (
	goldenRun    = core.RunID("slack-t65rj55vrkautoxjna6rl2u6xr")
	goldenNight  = core.RunID("timer-t65rj55vrkautoxjna6rl2u6xr")
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
func checkGolden[T any](t *testing.T, name string, at place[T], body T, sealed string) {
	t.Helper()
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
	checkGolden(t, "request.json", requests.of(goldenRun, 0), request, goldenSealed)

	plan := planOf(goldenRun)
	checkGolden(t, "plan.json", plans.of(goldenRun, 0), planBody{Plan: withoutEntries(plan), Entries: plan.Entries}, "")

	report := reportOf(goldenRun)
	report.DryRun, report.Note, report.Outcomes[1].Detail = true, "a note", "since 11:40"
	outcomes := report.Outcomes
	report.Outcomes = nil
	checkGolden(t, "report.json", reports.of(goldenRun, 0), reportBody{Report: report, Outcomes: outcomes}, "")

	checkGolden(t, "attempt.json", attempts.of(goldenRun, 2), attemptOf(2), "")
}

// TestGoldenFleetRecords pins what runs over selections add.
func TestGoldenFleetRecords(t *testing.T) {
	request := requestRecord(goldenNight)
	request.Confidential = nil
	request.Request = core.Request{
		Select: &core.Selection{RegionId: []string{"all"}, Tag: []core.Tag{{Key: "env", Value: "dev"}, {Key: "team"}}, EndUserId: []string{"alice"},
			DesktopName: []string{"dev-*"}, ChargeType: []string{"PostPaid"}, IdleFor: "30m", UpFor: "2h", Pooled: true, Scheduled: true},
		Except: &core.Selection{DesktopId: []string{"ecd-aaaaaaaaaaaaaaaaa"}, DesktopGroupId: []string{"dg-aaaaaaaaaaaaaaaaa"}, OfficeSiteId: []string{"cn-hangzhou+dir-1"},
			ResourceGroupId: []string{"rg-1"}, DesktopStatus: []string{"Running"}, ConnectionStatus: []string{"Unknown"}},
		Grace: "30m", MinUptime: "1h", MaxFailures: "5%",
	}
	request.Due, request.Since = noon, noon.AddDate(0, 0, -1)
	checkGolden(t, "request-night.json", requests.of(goldenNight, 0), request, "")

	keep := requestRecord(goldenRun)
	keep.Confidential, keep.Kind, keep.Of, keep.For, keep.Unasked = nil, core.AskKeepMine, goldenNight, "nightly-dev", true
	keep.Until, keep.Mine, keep.People = noon.Add(11*time.Hour), true, []string{"T1/U2"}
	checkGolden(t, "request-keep.json", requests.of(goldenRun, 0), keep, "")

	plan := planOf(goldenNight)
	plan.Entries[0].EndUserIds, plan.Entries[0].Saves = []string{"alice"}, &core.Worth{PerHour: 0.75, CostCentre: "research"}
	plan.Percent, plan.Running = -1, -1
	checkGolden(t, "plan-night.json", plans.of(goldenNight, 0), planBody{Plan: withoutEntries(plan), Entries: plan.Entries}, "")

	regions := planOf(goldenNight)
	regions.Running, regions.RunningIn = 105, map[string]int{"cn-hangzhou": 5, "cn-shanghai": 100}
	checkGolden(t, "plan-regions.json", plans.of(goldenNight, 0), planBody{Plan: withoutEntries(regions), Entries: regions.Entries}, "")

	report := reportOf(goldenNight)
	report.Ending, report.Next, report.Parts = core.EndedChanged, goldenRun, 2
	report.Estimate = &core.Estimate{Currency: "CNY", Amount: 12.5, Hours: 30, Until: noon.Add(20 * time.Hour), Unpriced: 1}
	outcomes := report.Outcomes
	report.Outcomes = nil
	checkGolden(t, "report-night.json", reports.of(goldenNight, 0), reportBody{Report: report, Outcomes: outcomes}, "")

	part := partBodyOf(partOf(goldenNight, 2))
	part.Part.Outcomes, part.Part.Doubted = nil, nil
	checkGolden(t, "part.json", parts.of(goldenNight, 2), part, "")
}

// TestGoldenAnswers pins what people answer, and the brakes.
func TestGoldenAnswers(t *testing.T) {
	confirm := confirmOf(goldenRun)
	confirm.Confidential = nil
	checkGolden(t, "confirm.json", confirms.of(goldenRun, 0), confirm, goldenSealed)
	asked, err := marks(core.MarkAsked)
	if err != nil {
		t.Fatal(err)
	}
	checkGolden(t, "mark-asked.json", asked.of(goldenRun, 0), markBody{core.MarkAsked}, "")
	checkGolden(t, "halt.json", halts.of(goldenNight, 0), haltOf(goldenNight), "")
	checkGolden(t, "freeze.json", freezes.of("", 0), freezeOf(), "")
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

// checkDecoded decodes data and, if that works, wants the record to be written
// the same after it was written and read again.
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
	// Bytes and not values, because an empty list and none are written alike.
	if third, _, err := encode(at, second); err != nil || !bytes.Equal(again, third) {
		t.Fatalf("read %+v, and after writing it %+v: %v", first, second, err)
	}
	if first.Run != at.run {
		t.Fatalf("read a record of run %q", first.Run)
	}
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json*")
	if err != nil || len(files) == 0 {
		f.Fatal(len(files), err)
	}
	asked, err := marks(core.MarkAsked)
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data := golden(f, filepath.Base(name))
		f.Add(data)
		f.Add(zip(f, data))
	}
	f.Add([]byte(gzipMagic))
	f.Add([]byte(`{"Version":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, run := range []core.RunID{goldenRun, goldenNight} {
			checkDecoded(t, requests.of(run, 0), data)
			checkDecoded(t, plans.of(run, 0), data)
			checkDecoded(t, reports.of(run, 0), data)
			checkDecoded(t, confirms.of(run, 0), data)
			checkDecoded(t, attempts.of(run, 2), data)
			checkDecoded(t, parts.of(run, 2), data)
			checkDecoded(t, halts.of(run, 0), data)
			checkDecoded(t, asked.of(run, 0), data)
		}
		checkDecoded(t, freezes.of("", 0), data)
	})
}
