package ecd

// Stopped modes of the admin API. StopCharging releases the compute capacity;
// KeepCharging holds it, and goes on costing.
const (
	StopCharging = "StopCharging"
	KeepCharging = "KeepCharging"
)

func init() {
	register(operation{
		version: VersionAdmin, name: "StopDesktops", ramAction: stopAction,
		params: []param{
			{name: "RegionId", required: true},
			{name: "DesktopId", kind: textList, required: true},
			{name: "StoppedMode", values: []string{StopCharging, KeepCharging}},
			{name: "OsUpdate", kind: boolean},
			{name: "CreateSnapshot", values: []string{"true", "false"}}, // declared a string
			{name: "PatchId"},
		},
		run: stopDesktopsAdmin,
	})
}

func stopDesktopsAdmin(c *call) (map[string]any, *apiError) {
	mode := c.args.text["StoppedMode"]
	if mode == "" {
		mode = StopCharging
	}
	everything := func(*machine) bool { return true }
	if e := c.stop(c.opts.MaxStopAdmin, mode, everything); e != nil {
		return nil, e
	}
	return map[string]any{}, nil
}
