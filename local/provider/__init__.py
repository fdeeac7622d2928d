"""A stand-in for the AWS resource provider plugin that speaks to an emulator on loopback."""
