package config

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

// noFiles is a folder in which opening what is no regular file never ends, as it
// does with a pipe into which nobody writes.
type noFiles struct {
	fstest.MapFS
	t *testing.T
}

func (f noFiles) Open(name string) (fs.File, error) {
	if file := f.MapFS[name]; file != nil && !file.Mode.IsRegular() {
		f.t.Errorf("%s is opened", name)
	}
	return f.MapFS.Open(name)
}

// TestIrregularFiles has a pipe and a device for every file that is read.
func TestIrregularFiles(t *testing.T) {
	for _, mode := range []fs.FileMode{fs.ModeNamedPipe, fs.ModeDevice | fs.ModeCharDevice, fs.ModeSocket} {
		for _, name := range []string{"policy.cedar", "timers.yaml", "prices.yaml", "identity.yaml", "groups.yaml", "senders.yaml", "calendars/china.yaml"} {
			files := fstest.MapFS{"policy.cedar": {Data: []byte(goodPolicy)}}
			files[name] = &fstest.MapFile{Mode: mode | 0o600}
			source := Source{Open: func(string) fs.FS { return noFiles{files, t} }}
			for key, value := range good() {
				source.Environ = append(source.Environ, key+"="+value)
			}
			source.Environ = append(source.Environ, "CONFIG_DIR=conf")
			_, err := Load(source)
			if want := "conf/" + name + ": found a device, pipe or socket; want a file with content of its own"; err == nil || err.Error() != want {
				t.Errorf("%v: Load says %v, want %s", mode, err, want)
			}
		}
	}
}
