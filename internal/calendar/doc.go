// Package calendar knows which days people work and at which instant a clock on
// the wall shows a time. A Calendar has dated holidays and make-up workdays (in
// China some Saturdays and Sundays are worked to make a holiday longer), because
// neither follows from any rule.
//
// Reading order: date.go, calendar.go, clock.go, zone.go.
package calendar
