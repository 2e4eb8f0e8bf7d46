// Package docs holds what people read and paste. Its tests keep that true.
package docs

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// manifest has the keys of Slack's app manifest, schema version 1, that this
// app uses. Decoding is strict: a misspelt key is an error, where Slack's own
// form would drop it without a word. Booleans are pointers because each must
// be spelled out.
type manifest struct {
	Metadata struct {
		Major int `yaml:"major_version"`
		Minor int `yaml:"minor_version"`
	} `yaml:"_metadata"`
	Display struct {
		Name        string `yaml:"name"`
		Description string `yaml:"description"`
		Background  string `yaml:"background_color"`
	} `yaml:"display_information"`
	Features struct {
		Bot struct {
			Name         string `yaml:"display_name"`
			AlwaysOnline *bool  `yaml:"always_online"`
		} `yaml:"bot_user"`
		Commands []struct {
			Command      string `yaml:"command"`
			URL          string `yaml:"url"`
			Description  string `yaml:"description"`
			UsageHint    string `yaml:"usage_hint"`
			ShouldEscape *bool  `yaml:"should_escape"`
		} `yaml:"slash_commands"`
	} `yaml:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `yaml:"bot"`
		} `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings struct {
		Interactivity struct {
			Enabled *bool  `yaml:"is_enabled"`
			URL     string `yaml:"request_url"`
		} `yaml:"interactivity"`
		OrgDeploy     *bool `yaml:"org_deploy_enabled"`
		SocketMode    *bool `yaml:"socket_mode_enabled"`
		TokenRotation *bool `yaml:"token_rotation_enabled"`
	} `yaml:"settings"`
}

func readManifest(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("slack-app-manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func decodeManifest(text []byte) (m manifest, err error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	return m, d.Decode(&m)
}

func TestManifest(t *testing.T) {
	m, err := decodeManifest(readManifest(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Features.Commands) != 1 {
		t.Fatalf("%d commands, want one", len(m.Features.Commands))
	}
	c := m.Features.Commands[0]
	// The lengths are those of Slack's schema, in characters, except of the two
	// that must fit into one line of the autocomplete list.
	for _, f := range []struct {
		key, value string
		most       int
	}{
		{"display_information.name", m.Display.Name, 35},
		{"display_information.description", m.Display.Description, 140},
		{"features.bot_user.display_name", m.Features.Bot.Name, 80},
		{"slash_commands.command", c.Command, 32},
		{"slash_commands.url", c.URL, 3000},
		{"slash_commands.description", c.Description, 60},
		{"slash_commands.usage_hint", c.UsageHint, 60},
		{"interactivity.request_url", m.Settings.Interactivity.URL, 3500},
	} {
		if n := utf8.RuneCountInString(f.value); n < 1 || n > f.most {
			t.Errorf("%s has %d characters, want 1 to %d", f.key, n, f.most)
		}
	}
	for _, f := range []struct {
		key, value, pattern string
	}{
		{"display_information.background_color", m.Display.Background, `^#[0-9a-f]{6}$`},
		{"features.bot_user.display_name", m.Features.Bot.Name, `^[\w\-.]+$`},
		{"slash_commands.command", c.Command, `^/stop-desktop$`},
		{"slash_commands.url", c.URL, `^https://<FC_HOST>/slack/command$`},
		{"interactivity.request_url", m.Settings.Interactivity.URL, `^https://<FC_HOST>/slack/interaction$`},
	} {
		if !regexp.MustCompile(f.pattern).MatchString(f.value) {
			t.Errorf("%s is %q, want %s", f.key, f.value, f.pattern)
		}
	}
	for _, f := range []struct {
		key  string
		got  *bool
		want bool
	}{
		{"slash_commands.should_escape", c.ShouldEscape, true},
		{"interactivity.is_enabled", m.Settings.Interactivity.Enabled, true},
		{"bot_user.always_online", m.Features.Bot.AlwaysOnline, false},
		{"org_deploy_enabled", m.Settings.OrgDeploy, false},
		{"socket_mode_enabled", m.Settings.SocketMode, false},
		{"token_rotation_enabled", m.Settings.TokenRotation, false},
	} {
		if f.got == nil || *f.got != f.want {
			t.Errorf("%s must say %v", f.key, f.want)
		}
	}
	if m.Metadata.Major != 1 {
		t.Errorf("schema version %d, want 1", m.Metadata.Major)
	}
	if !slices.Equal(m.OAuth.Scopes.Bot, []string{"commands"}) {
		t.Errorf("scopes %v, want commands alone: the least that works", m.OAuth.Scopes.Bot)
	}
}

// TestManifestWithFallback takes the comment signs away, as the comments beside
// them invite people to.
func TestManifestWithFallback(t *testing.T) {
	text := strings.ReplaceAll(string(readManifest(t)), "# - ", "- ")
	m, err := decodeManifest([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.OAuth.Scopes.Bot, []string{"commands", "chat:write", "usergroups:read", "users:read", "users:read.email"}) {
		t.Errorf("scopes %v", m.OAuth.Scopes.Bot)
	}
}

// TestManifestIsStrict shows that the decoder of these tests catches what
// Slack would not.
func TestManifestIsStrict(t *testing.T) {
	good := string(readManifest(t))
	for _, c := range []struct{ from, to string }{
		{"should_escape:", "should_escpae:"}, {"request_url:", "request_uri:"}, {"settings:", "setings:"},
		{"  socket_mode_enabled:", "  org_deploy_enabled:"},
	} {
		bad := strings.Replace(good, c.from, c.to, 1)
		if _, err := decodeManifest([]byte(bad)); bad == good || err == nil {
			t.Errorf("%q instead of %q goes unnoticed", c.to, c.from)
		}
	}
}
