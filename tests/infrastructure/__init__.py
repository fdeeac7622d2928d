"""The layers' programs under the engine's mocks: what each environment would register."""
