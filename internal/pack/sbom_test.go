package pack

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// mustBill makes a bill and reads it back with the vendor's decoder.
func mustBill(t *testing.T, program []byte, of Bill) ([]byte, cdx.BOM) {
	t.Helper()
	var out bytes.Buffer
	if err := SBOM(&out, bytes.NewReader(program), of); err != nil {
		t.Fatal(err)
	}
	var bom cdx.BOM
	if err := cdx.NewBOMDecoder(bytes.NewReader(out.Bytes()), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	// The vendor's decoder lets through what it does not know.
	strict := json.NewDecoder(bytes.NewReader(out.Bytes()))
	strict.DisallowUnknownFields()
	if err := strict.Decode(new(cdx.BOM)); err != nil {
		t.Error(err)
	}
	return out.Bytes(), bom
}

func TestSBOM(t *testing.T) {
	program := good().bytes()
	_, bom := mustBill(t, program, Bill{Version: "v1.2.0", Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.FixedZone("", 8*3600))})
	if bom.BOMFormat != "CycloneDX" || bom.SpecVersion != cdx.SpecVersion1_6 || bom.Version != 1 {
		t.Errorf("got %s %s, version %d", bom.BOMFormat, bom.SpecVersion, bom.Version)
	}
	if want := "2026-03-01T00:00:00Z"; bom.Metadata.Timestamp != want {
		t.Errorf("got time %q, want %q", bom.Metadata.Timestamp, want)
	}
	product := bom.Metadata.Component
	if product.Type != cdx.ComponentTypeApplication || product.Name != "stopdesktops" || product.Version != "v1.2.0" || product.BOMRef != "stopdesktops/functions/stopdesktops@v1.2.0" {
		t.Errorf("got product %+v", product)
	}
	if want := (cdx.Hash{Algorithm: "SHA-256", Value: sum(program)}); len(*product.Hashes) != 1 || (*product.Hashes)[0] != want {
		t.Errorf("got hashes %v, want %v", *product.Hashes, want)
	}
	wantNotes := []cdx.Property{
		{Name: "stopdesktops:build:-trimpath", Value: "true"},
		{Name: "stopdesktops:build:CGO_ENABLED", Value: "0"},
		{Name: "stopdesktops:build:GOOS", Value: "linux"},
		{Name: "stopdesktops:build:GOARCH", Value: "amd64"},
		{Name: "stopdesktops:build:vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"},
	}
	if !slices.Equal(*product.Properties, wantNotes) {
		t.Errorf("got notes %v, want %v", *product.Properties, wantNotes)
	}
	want := [][5]string{
		{"example.com/old@v2.0.0+incompatible", "example.com/old", "v2.0.0+incompatible", "pkg:golang/example.com/old@v2.0.0%2Bincompatible", "h1:AAAA"},
		{"example.com/to@v1.0.1", "example.com/to", "v1.0.1", "pkg:golang/example.com/to@v1.0.1", "h1:BBBB"},
		{"github.com/BurntSushi/toml@v1.4.0", "github.com/BurntSushi/toml", "v1.4.0", "pkg:golang/github.com/burntsushi/toml@v1.4.0", "h1:kuoIxZQy2WRRk1pttg9asf+WVv6tWQuBNVmK8+nqPr0="},
		{"stdlib@go1.26.0", "stdlib", "go1.26.0", "pkg:golang/stdlib@1.26.0", ""},
	}
	var got [][5]string
	for _, c := range *bom.Components {
		line := [5]string{c.BOMRef, c.Name, c.Version, c.PackageURL}
		if c.Properties != nil {
			line[4] = (*c.Properties)[0].Value
		}
		got = append(got, line)
		if c.Hashes != nil || c.Licenses != nil {
			t.Errorf("%s has hashes %v and licences %v, and nobody knows them", c.Name, c.Hashes, c.Licenses)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got components\n%q, want\n%q", got, want)
	}
}

// A real program's bill names what was linked in, and nothing of the machine.
func TestSBOMOfARealProgram(t *testing.T) {
	built := twice(t)
	first, bom := mustBill(t, built[0], Bill{Version: "v1.2.0"})
	second, _ := mustBill(t, built[1], Bill{Version: "v1.2.0"})
	if !bytes.Equal(first, second) {
		t.Error("the bills of equal programs differ")
	}
	if bom.Metadata.Timestamp != "" {
		t.Errorf("got the time %q that nobody gave", bom.Metadata.Timestamp)
	}
	names := make([]string, 0, 2)
	for _, c := range *bom.Components {
		names = append(names, c.Name)
		if c.Name == "golang.org/x/time" && !strings.HasPrefix((*c.Properties)[0].Value, "h1:") {
			t.Errorf("got properties %v", *c.Properties)
		}
	}
	if want := []string{"golang.org/x/time", "stdlib"}; !slices.Equal(names, want) {
		t.Errorf("got components %q, want %q", names, want)
	}
}

func TestSerialNumber(t *testing.T) {
	form := regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	other := good()
	other.notes = strings.Replace(other.notes, "v1.0.1", "v1.0.2", 1)
	seen := map[string]int{}
	for _, c := range []struct {
		program []byte
		of      Bill
	}{
		{good().bytes(), Bill{Version: "v1.2.0"}},
		{good().bytes(), Bill{Version: "v1.2.0"}},
		{good().bytes(), Bill{Version: "v1.2.1"}},
		{good().bytes(), Bill{Version: "v1.2.0", Time: time.Unix(1, 0)}},
		{other.bytes(), Bill{Version: "v1.2.0"}},
	} {
		_, bom := mustBill(t, c.program, c.of)
		if !form.MatchString(bom.SerialNumber) {
			t.Errorf("%q is no UUID of version 5", bom.SerialNumber)
		}
		seen[bom.SerialNumber]++
	}
	if len(seen) != 4 {
		t.Errorf("five bills, two of them equal, have %d numbers: %v", len(seen), seen)
	}
}

func TestSBOMRefusals(t *testing.T) {
	const replaced = "=>\texample.com/to\tv1.0.1\th1:BBBB"
	instead := func(with string) []byte {
		i := good()
		i.notes = strings.Replace(i.notes, replaced, with, 1)
		return i.bytes()
	}
	for _, c := range []struct {
		name    string
		program []byte
		version string
		want    string
	}{
		{"no version", good().bytes(), "", "give one, such as v1.2.0"},
		{"no program", []byte("x"), "v1.2.0", "not for Linux"},
		{"a folder in place", instead("=>\t/home/alice/to\t(devel)\t"), "v1.2.0", "module example.com/from from a folder"},
		{"a folder without a version", instead("=>\t../alice\t\t"), "v1.2.0", "module example.com/from from a folder"},
		{"a workspace", instead("dep\texample.com/near\t(devel)\t"), "v1.2.0", "module example.com/near from a folder"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			err := SBOM(&out, bytes.NewReader(c.program), Bill{Version: c.version})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), "alice") || out.Len() > 0 {
				t.Errorf("it shows a path of the machine, or was written all the same: %v", err)
			}
		})
	}
	full := errors.New("no space left")
	if err := SBOM(failing{full}, bytes.NewReader(good().bytes()), Bill{Version: "v1"}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}
