package main

import (
	"errors"
	"io/fs"

	"stopdesktops/internal/config"
	"stopdesktops/internal/triggers"
)

// deploymentFiles are those whose triggers must fit the timers, where they lie in
// the current folder. Who deploys with one of them does not care about the other,
// so what does not fit is a warning, and of the other it is one line.
var deploymentFiles = []string{"s.yaml", "template.yml"}

// triggerWarnings says where timers of a configuration folder and triggers do not
// fit. Of timers that cannot be read the check itself speaks.
func (t *terminal) triggerWarnings(dir string) (said []string) {
	c, err := config.LoadTimes(dir, config.Source{Environ: t.environ, Now: t.now})
	if err != nil {
		return nil
	}
	var fits []triggers.Fit
	for _, file := range deploymentFiles {
		text, err := readRegular(file, maxText)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var found []triggers.Trigger
		if err == nil {
			found, err = triggers.Read(text)
		}
		if err != nil {
			said = append(said, file+": its triggers are not looked at: "+err.Error())
			continue
		}
		fits = append(fits, triggers.Compare(file, dir, found, c.Timers, t.now()))
	}
	return append(said, triggers.Said(dir, fits)...)
}
