// Faults (being written).
