package fc

import (
	"slices"
	"time"
)

// TaskState is the state of an asynchronous task, in the vendor's words.
type TaskState string

// The states that the double uses of the vendor's list.
const (
	TaskEnqueued  TaskState = "Enqueued"
	TaskRunning   TaskState = "Running"
	TaskRetrying  TaskState = "Retrying"
	TaskSucceeded TaskState = "Succeeded"
	TaskFailed    TaskState = "Failed"
	TaskExpired   TaskState = "Expired"
	TaskInvalid   TaskState = "Invalid" // the function was gone before the task ran
)

// Task is the record of one asynchronous invocation. The cloud keeps it for
// seven days and shows it to anyone who may fc:GetAsyncTask, payload included.
type Task struct {
	ID        string // given by the caller in task mode, else the request id
	RequestID string
	Function  string
	Source    Source
	Payload   []byte // exactly what was queued
	State     TaskState
	Attempts  []Attempt
	Response  []byte // of the attempt that decided
	Enqueued  time.Time
	Ended     time.Time // zero while it is open
}

// Attempt is one delivery of a task to an instance.
type Attempt struct {
	RequestID  string
	RetryCount int
	Duplicate  bool // delivered a second time, see Platform.DeliverTwice
	Started    time.Time
	Ended      time.Time // zero while it runs
	Failed     bool
	Response   []byte
}

func (t *Task) snapshot() Task {
	c := *t
	c.Attempts = slices.Clone(t.Attempts)
	return c
}

// retries counts how often the task was tried again.
func (t *Task) retries() int64 {
	n := int64(-1)
	for _, a := range t.Attempts {
		if !a.Duplicate {
			n++
		}
	}
	return max(n, 0)
}
