package core

import (
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// priced is a world with a price list, in which desktops stay off for ten hours.
func priced(t *testing.T, ds ...Desktop) *world {
	w := newWorld(t, ds...)
	w.Rules.Prices = &Prices{Currency: "CNY", PerHour: map[string]float64{"eds.general.2c4g": 0.5, "eds.general.4c8g": 1.25}, CostCentreTag: "cost-centre",
		Until: func(t time.Time) time.Time { return t.Add(10 * time.Hour) }}
	return w
}

func TestEstimate(t *testing.T) {
	of := func(change func(*Desktop)) []Desktop {
		ds := running(3)
		for i := range ds {
			ds[i].DesktopType, ds[i].ChargeType = "eds.general.2c4g", "PostPaid"
		}
		ds[2].DesktopType = "eds.general.4c8g"
		if change != nil {
			change(&ds[0])
		}
		return ds
	}
	for _, c := range []struct {
		name  string
		fleet []Desktop
		mode  string
		dry   bool
		want  Estimate
	}{
		{"by use", of(nil), "", false, Estimate{Amount: 5 + 5 + 12.5}},
		{"a dry run", of(nil), "", true, Estimate{Amount: 5 + 5 + 12.5}},
		{"by the month", of(func(d *Desktop) { d.ChargeType = ChargePrePaid }), "", false, Estimate{Amount: 5 + 12.5}},
		{"by the month with an hour package", of(func(d *Desktop) { d.ChargeType, d.HourPackage = ChargePrePaid, true }), "", false, Estimate{Amount: 5 + 12.5, Hours: 10}},
		{"a configuration without a price", of(func(d *Desktop) { d.DesktopType = "eds.graphics.1" }), "", false, Estimate{Amount: 5 + 12.5, Unpriced: 1}},
		{"off already", of(func(d *Desktop) { d.Status = StatusStopped }), "", false, Estimate{Amount: 5 + 12.5}},
		{"in use", of(func(d *Desktop) { d.Connection = ConnConnected }), "", false, Estimate{Amount: 5 + 12.5}},
		{"kept charging", of(func(d *Desktop) { d.HourPackage = true }), "KeepCharging", false, Estimate{}},
		{"charging stops", of(nil), "StopCharging", false, Estimate{Amount: 5 + 5 + 12.5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := priced(t, c.fleet...)
				q := ask(idsOfDesktops(c.fleet)...)
				q.StoppedMode, q.DryRun = c.mode, c.dry
				r := w.carry(t, q)
				c.want.Currency, c.want.Until = "CNY", time.Now().Add(10*time.Hour)
				if r.Estimate == nil || *r.Estimate != c.want {
					t.Errorf("got %+v\nwant %+v", r.Estimate, c.want)
				}
			})
		})
	}
}

// TestEstimateCountsOnlyWhatWasSeenStopped.
func TestEstimateCountsOnlyWhatWasSeenStopped(t *testing.T) {
	fleet := running(2)
	for i := range fleet {
		fleet[i].DesktopType = "eds.general.2c4g"
	}
	w := priced(t, fleet...)
	w.Rules.Batch = 1
	w.cloud.stopErr = func(c StopCall) error {
		if c.DesktopId[0] == "ecd-0001" {
			return &CloudError{Class: CloudBadDesktop, Op: "StopDesktops"}
		}
		return nil
	}
	if r := w.carry(t, ask("ecd-0000", "ecd-0001")); r.Estimate.Amount != 5 {
		t.Errorf("%+v", r.Estimate)
	}
}

func TestNoPricesNoEstimate(t *testing.T) {
	w := newWorld(t, running(1)...)
	if r := w.carry(t, ask("ecd-0000")); r.Estimate != nil || len(r.costCentres) != 0 {
		t.Errorf("%+v, %v", r.Estimate, r.costCentres)
	}
	if w.journal.plans[w.RunOf(Instant{Timer: "nightly"})].Entries != nil {
		t.Error("a run that nobody asked for")
	}
}

// TestNobodyKnowsUntilWhen: without an end nothing is saved, and time never runs
// backwards.
func TestNobodyKnowsUntilWhen(t *testing.T) {
	for name, until := range map[string]func(time.Time) time.Time{"no end": nil, "an end in the past": func(t time.Time) time.Time { return t.Add(-time.Hour) }} {
		w := priced(t, Desktop{DesktopId: "ecd-0000", Status: StatusRunning, Connection: ConnDisconnected, DesktopType: "eds.general.2c4g"})
		w.Rules.Prices.Until = until
		if r := w.carry(t, ask("ecd-0000")); r.Estimate.Amount != 0 || r.Counts[Stopped] != 1 {
			t.Errorf("%s: %+v", name, r.Estimate)
		}
	}
}

func TestCostCentres(t *testing.T) {
	fleet := running(8)
	for i, centre := range []string{"4711", "4711", "0815", "", "", "free", "package", "unpriced"} {
		fleet[i].DesktopType = "eds.general.2c4g"
		if centre != "" {
			fleet[i].Tags = map[string]string{"cost-centre": centre}
		}
	}
	fleet[1].DesktopType = "eds.general.4c8g"
	fleet[4].Connection = ConnConnected
	fleet[5].ChargeType = ChargePrePaid
	fleet[6].HourPackage = true
	fleet[7].DesktopType = "eds.graphics.1"
	synctest.Test(t, func(t *testing.T) {
		w := priced(t, fleet...)
		var logged strings.Builder
		w.Log = slog.New(slog.NewJSONHandler(&logged, nil))
		r := w.carry(t, ask(idsOfDesktops(fleet)...))
		want := map[string]share{"4711": {2, 5 + 12.5}, "0815": {1, 5}, "": {1, 5}, "free": {1, 0}, "package": {1, 0}, "unpriced": {1, 0}}
		if !maps.Equal(r.costCentres, want) {
			t.Errorf("got %v, want %v", r.costCentres, want)
		}
		sum := 0.0
		for _, s := range r.costCentres {
			sum += s.Amount
		}
		if sum != r.Estimate.Amount {
			t.Errorf("the centres' money is %v and the report's %v", sum, r.Estimate.Amount)
		}
		for _, said := range []string{`"cost_centres":{"":1,"0815":1,"4711":2,"free":1,"package":1,"unpriced":1}`,
			`"savings":{"":5,"0815":5,"4711":17.5,"free":0,"package":0,"unpriced":0}`, `"currency":"CNY"`} {
			if !strings.Contains(logged.String(), said) {
				t.Errorf("the audit line does not say %s:\n%s", said, logged.String())
			}
		}
	})
}
