package settings

import "log/slog"

// Process is about the program itself.
type Process struct {
	ConfigDir string
	LogLevel  slog.Level
}

func (p *Process) variables() []variable {
	return []variable{
		{Variable{Name: "CONFIG_DIR", Want: "a folder that holds policy.cedar",
			Doc: "Folder of the configuration files; without it the folder config beside the program."}, setText(&p.ConfigDir)},
		p.logging(),
	}
}

func (p *Process) logging() variable {
	return variable{Variable{Name: "LOG_LEVEL", Default: "info", Want: "one of debug, info, warn, error",
		Doc: "The least level that is logged."}, setWord(&p.LogLevel, levels)}
}

var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
