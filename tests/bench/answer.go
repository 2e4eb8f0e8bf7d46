package main

import "encoding/json"

// okAnswer says whether a function answered 200, so that a fast failure is not
// taken for a fast start.
func okAnswer(body []byte) bool {
	var a struct {
		StatusCode int `json:"statusCode"`
	}
	return json.Unmarshal(body, &a) == nil && a.StatusCode == 200
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
