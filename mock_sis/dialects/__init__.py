"""The interfaces of student information systems that the simulator serves."""
