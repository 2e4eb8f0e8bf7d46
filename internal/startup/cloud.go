package startup

import (
	"log/slog"
	"time"

	"stopdesktops/internal/config/settings"
	"stopdesktops/internal/ecd"
)

// Cloud makes the client of Elastic Desktop Service, without credentials. agent
// is what it calls itself, as in stopdesktops/1.2.0.
func Cloud(c settings.Cloud, agent string, log *slog.Logger, now func() time.Time) (*ecd.Client, error) {
	auth, tags := ecd.Signed, ecd.TagsAuto
	if c.Anonymous {
		auth = ecd.Anonymous
	}
	if c.ListTags {
		tags = ecd.TagsList
	}
	return ecd.New(ecd.Options{Regions: c.Regions, Endpoint: c.Endpoints.All, Endpoints: c.Endpoints.Region,
		ClientAuth: auth, UserAgent: agent, Log: log, Now: now,
		CallsPerSecond: float64(c.CallsPerSecond), TagSource: tags, SessionWindow: c.SessionWindow})
}
