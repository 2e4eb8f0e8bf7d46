package ecd

func init() {
	register(operation{
		version: VersionClient, name: "StopDesktops", anonymous: true,
		params: []param{
			{name: "RegionId", required: true},
			{name: "ClientId", required: true},
			{name: "SessionId"},
			{name: "LoginToken"},
			{name: "ClientOS"},
			{name: "ClientVersion"},
			{name: "DesktopId", kind: textList, required: true},
			{name: "ClientToken"},
			{name: "SessionToken"},
			{name: "OsUpdate", kind: boolean},
			{name: "Uuid"},
		},
		run: stopDesktopsClient,
	})
}

// stopDesktopsClient stops desktops for an end user, who sees only those that
// are assigned to him.
func stopDesktopsClient(c *call) (map[string]any, *apiError) {
	user, anyDesktop, e := c.endUser()
	if e != nil {
		return nil, e
	}
	visible := func(m *machine) bool { return anyDesktop || m.mayUse(user) }
	e = c.once(func() *apiError { return c.stop(c.opts.MaxStopClient, "", visible) })
	if e != nil {
		return nil, e
	}
	return map[string]any{}, nil
}
