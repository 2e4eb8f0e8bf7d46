package cloud

import (
	"crypto/rand"
	"fmt"
	"maps"

	"stopdesktops/internal/sim/ram"
)

// OperatorUser is the RAM user that Operator makes.
const OperatorUser = "operator"

// OperatorRights are those of an operator at a terminal: deploy/ram/operator.json
// and keep.json.
func (c *Cloud) OperatorRights() (ram.Policy, error) {
	rights, err := c.rights("operator", "keep")
	if err != nil {
		return ram.Policy{}, fmt.Errorf("rights of an operator: %w", err)
	}
	return rights, nil
}

// Operator makes a RAM user with those rights and returns the variables of whoever
// works as that user: the access key, and every answer for env() in s.yaml, so
// that a terminal has the settings of the functions. They hold secrets.
func (c *Cloud) Operator() (map[string]string, error) {
	rights, err := c.OperatorRights()
	if err != nil {
		return nil, err
	}
	id, secret := "LTAI"+rand.Text()[:20], rand.Text()
	c.RAM.AddUser(OperatorUser, id, secret, rights)
	variables := maps.Clone(c.settings)
	variables["ALIBABA_CLOUD_ACCESS_KEY_ID"], variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = id, secret
	// Nothing but the key is looked for: no role of this machine is asked for.
	variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"
	return variables, nil
}
