package ecd

import "stopdesktops/internal/core"

// apart asks about ids together. Where the cloud refuses the call for a bad id,
// the halves are asked apart until the bad one stands alone: that one is as good
// as unknown, and it does not sink the others. ask must keep what it learns only
// where it returns nil.
func apart(ids []string, ask func(ids []string) *core.CloudError) *core.CloudError {
	failed := ask(ids)
	if failed == nil || failed.Class != core.CloudBadDesktop {
		return failed
	}
	if len(ids) == 1 {
		return nil
	}
	for _, half := range [][]string{ids[:len(ids)/2], ids[len(ids)/2:]} {
		if failed := apart(half, ask); failed != nil {
			return failed
		}
	}
	return nil
}

// distinct removes repeated ids and keeps the order.
func distinct(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// setOf returns the ids as a set.
func setOf(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// noCall is a call that is refused before it is made.
func noCall(op, problem string) *core.CloudError {
	return &core.CloudError{Class: core.CloudBadRequest, Op: op, Text: "no call was made: " + problem}
}

// unreadable is a successful answer that says nothing that can be relied on.
func unreadable(op, text string) *core.CloudError {
	return &core.CloudError{Class: core.CloudUnclear, Op: op, Status: 200, Text: text}
}
