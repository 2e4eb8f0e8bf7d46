package fc

import (
	"encoding/json"
	"fmt"

	"stopdesktops/internal/core"
	"stopdesktops/internal/pattern"
	"stopdesktops/internal/strictjson"
)

// Job is what an asynchronous invocation carries: which run to go on with, and
// how. It holds nothing secret, because the platform keeps it for days where
// anybody with a role that may read tasks can see it, and nothing worth
// forging, because the run's records say what may be done.
type Job struct {
	Run  core.RunID `json:"Run"`
	Step core.Step  `json:"Step"`
}

// maxJob is far more than a run id and a step take.
const maxJob = 1 << 10

// step is the shape of a step; which steps there are is the core's business.
var step = pattern.New(`^[a-z][a-z_]{0,30}$`)

// Job reads a job. What is wrong with it is a *core.Error with code Invalid:
// repeating the event cannot help.
func (e Event) Job() (Job, error) {
	if len(e.members["Run"])+len(e.members["Step"]) > maxJob {
		return Job{}, &core.Error{Code: core.Invalid, Message: "The job is too long."}
	}
	var sent struct {
		Run  string `json:"Run"`
		Step string `json:"Step"`
	}
	doc, err := json.Marshal(e.members)
	if err != nil {
		return Job{}, &core.Error{Code: core.Invalid, Message: "The job is malformed.", Cause: err}
	}
	fields := strictjson.Decode(doc, &sent)
	job := Job{Run: core.RunID(sent.Run), Step: core.Step(sent.Step)}
	if len(fields) == 0 {
		fields = job.faults()
	}
	if len(fields) > 0 {
		return Job{}, &core.Error{Code: core.Invalid, Message: "The job is malformed.", Fields: fields}
	}
	return job, nil
}

func (j Job) faults() (fields []core.FieldError) {
	if !j.Run.Valid() {
		fields = append(fields, core.FieldError{Field: "Run", Problem: "is not a run id"})
	}
	if !step.MatchString(string(j.Step)) {
		fields = append(fields, core.FieldError{Field: "Step", Problem: "is not a step"})
	}
	return fields
}

// payload is the event that carries the job.
func (j Job) payload() ([]byte, error) {
	if faults := j.faults(); len(faults) > 0 {
		return nil, fmt.Errorf("job: %s %s", faults[0].Field, faults[0].Problem)
	}
	return json.Marshal(j)
}
