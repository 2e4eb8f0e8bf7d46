package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNothingElseIsPacked has in the folder what people leave there. No package is
// made of it by either command, and check says the same as both.
func TestNothingElseIsPacked(t *testing.T) {
	r := makeRelease(t)
	strangers := map[string]string{
		"deploy.env": "deploy.env: nothing reads this file; move it out: the files that are read are policy.cedar, ", "id_ed25519": "id_ed25519: nothing reads this file; move it out",
		"terraform.tfstate": "terraform.tfstate: nothing reads this file; move it out", "old/senders.yaml": "old/: nothing reads this folder; move it out",
		"sender.yaml": "sender.yaml: nothing reads this file; did you mean senders.yaml?", "policy.cedar.bak": "policy.cedar.bak: nothing reads this file; move it out",
		"calendars/keys.txt": "calendars/keys.txt: nothing reads this file; move it out: calendars are <name>.yaml",
	}
	for name := range strangers {
		write(t, filepath.Join(r.mine, name), "not-to-be-packed")
	}
	dist := filepath.Join(t.TempDir(), "dist")
	packageCode, packageOut, packageSaid := call(t, "package", "--config", r.mine, "--version", "v1", "--out", dist, buildSmall(t, "stopdesktops", "functions/stopdesktops"))
	packCode, packOut, packSaid := r.pack(t)
	checkCode, checkSaid, complaints := call(t, "check", "--config", r.mine)
	if packageCode != exitFailed || packCode != exitFailed || checkCode != exitFailed || packageOut+packOut != "" || !strings.Contains(complaints, " has 7 mistakes") {
		t.Errorf("exits %d, %d, %d: %s%s%s", packageCode, packCode, checkCode, packageOut, packOut, complaints)
	}
	for _, want := range strangers {
		for command, said := range map[string]string{"package": packageSaid, "pack": packSaid, "check": strings.ReplaceAll(checkSaid, r.mine+"/", "")} {
			if strings.Count(said, "\n"+want) != 1 && !strings.HasPrefix(said, want) {
				t.Errorf("%s says %s\nwant %q once", command, said, want)
			}
		}
	}
	if made, err := filepath.Glob(filepath.Join(dist, "*")); err != nil || len(made) > 0 {
		t.Errorf("made %v, error %v", made, err)
	}

	// What tools and editors leave behind stops nobody, and is not packed.
	for name := range strangers {
		if err := os.Remove(filepath.Join(r.mine, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(r.mine, "old")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".env", ".git/config", "policy.cedar~", "#timers.yaml#", "calendars/.china.yaml.swp"} {
		write(t, filepath.Join(r.mine, name), "not-to-be-packed")
	}
	if code, said, complaints := call(t, "check", "--config", r.mine); code != exitOK {
		t.Errorf("check: exit %d: %s%s", code, said, complaints)
	}
	code, said, complaints := r.pack(t)
	if code != exitOK || !strings.Contains(said, "left out: .env\n") || strings.Count(said, "left out: ") != 5 || strings.Contains(said, "added: ") {
		t.Errorf("pack: exit %d: %s%s", code, said, complaints)
	}
}
