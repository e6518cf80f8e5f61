// Prints the messages of a subject.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/nats-io/nats.go"
)

// login is called for each connect, so a reconnect uses the current token.
func login() (string, string) {
	token, err := os.ReadFile(os.Getenv("NATS_TOKEN_FILE"))
	if err != nil {
		log.Print(err)
	}
	return os.Getenv("NATS_USER"), strings.TrimSpace(string(token))
}

func main() {
	connection, err := nats.Connect(os.Getenv("NATS_URL"),
		nats.UserInfoHandler(login),
		nats.CustomInboxPrefix(os.Getenv("NATS_INBOX_PREFIX")),
		// By default, the client gives up after some attempts, and after the second refused login.
		nats.MaxReconnects(-1),
		nats.IgnoreAuthErrorAbort())
	if err != nil {
		log.Fatal(err)
	}
	_, err = connection.Subscribe(os.Args[1], func(message *nats.Msg) {
		fmt.Println(string(message.Data))
	})
	if err != nil {
		log.Fatal(err)
	}
	select {}
}
