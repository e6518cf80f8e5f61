// Sends messages to itself, and prints each event of its connection.
package main

import (
	"fmt"
	"log"
	"os"
	"time"

	"github.com/nats-io/nats.go"
)

// token is called for each login.
func token() string {
	token, err := os.ReadFile(os.Getenv("NATS_TOKEN_FILE"))
	if err != nil {
		log.Print(err)
	}
	return string(token)
}

func main() {
	options := []nats.Option{
		nats.TokenHandler(token),
		nats.MaxReconnects(-1),
	}
	options = append(options,
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { fmt.Println("disconnected", err) }),
		nats.ReconnectHandler(func(*nats.Conn) { fmt.Println("connected") }),
		nats.ClosedHandler(func(*nats.Conn) { fmt.Println("closed") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { fmt.Println("error", err) }))
	connection, err := nats.Connect(os.Getenv("NATS_URL"), options...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("connected")
	_, err = connection.Subscribe(os.Args[1], func(*nats.Msg) { fmt.Println("message") })
	if err != nil {
		log.Fatal(err)
	}
	for {
		if err := connection.Publish(os.Args[1], nil); err != nil {
			fmt.Println("error", err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}
