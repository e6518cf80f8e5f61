module natsoperator/exporter

go 1.26.0
