// A stand-in for prometheus-nats-exporter with the flags that the operator sets: it serves the number of connections of one server.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
)

func main() {
	port := flag.Int("port", 0, "port to serve /metrics at")
	for _, endpoint := range []string{"connz", "routez", "subz", "varz"} {
		flag.Bool(endpoint, false, "read /"+endpoint)
	}
	flag.Parse()
	server := flag.Arg(0)
	http.HandleFunc("/metrics", func(answer http.ResponseWriter, _ *http.Request) {
		connections, err := connections(server)
		if err != nil {
			http.Error(answer, err.Error(), http.StatusBadGateway)
			return
		}
		fmt.Fprintln(answer, "gnatsd_varz_connections", connections)
	})
	log.Fatal(http.ListenAndServe(fmt.Sprintf(":%d", *port), nil))
}

func connections(server string) (int, error) {
	answer, err := http.Get(server + "/varz")
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	var varz struct {
		Connections int `json:"connections"`
	}
	err = json.NewDecoder(answer.Body).Decode(&varz)
	return varz.Connections, err
}
