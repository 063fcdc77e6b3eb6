"""The simulated service, with what tests force on its tasks behind the backs of their operators."""

from sms_tui.simulator.migration import agent, failing, operations
from sms_tui.simulator.migration.machine import Machine
from sms_tui.simulator.migration.placing import place
from sms_tui.simulator.world import world
from sms_tui.simulator.world.servers import task_name


class Service(world.Service):
    """Tasks go by their id, their name, or the name of their server."""

    def find(self, name_or_id: str) -> Machine:
        """The task; raises KeyError."""
        if found := self.by_task_id(name_or_id):
            return found
        for index in self.tasks:
            name = task_name(self.scenario, index)
            if name_or_id in {name, name.partition("-")[2]}:
                return self.machine(index)
        raise KeyError(name_or_id)

    def advance_all(self) -> None:
        """Bring every task up to the present, looked at or not."""
        self.machines(range(self.size), self.now)
        self.settle()

    def force_state(self, name_or_id: str, state: str, *, percent: float = 47.0, code: str = "") -> Machine:
        """Put a task into a situation that `placing` knows, all task states among them, or an unknown one."""
        machine = self.find(name_or_id)
        before = machine.state
        place(machine, state, percent, code, self.now)
        machine.asked = True
        machine.note(self.now, "forced", before)
        if state == "DELETING":
            self._doomed.add(machine.server.index)
        return machine

    def fail(self, name_or_id: str, code: str) -> None:
        """Let a task fail now with that code."""
        failing.break_with(self.find(name_or_id), code, self.now)

    def disconnect(self, name_or_id: str) -> None:
        """Let a task lose its agent."""
        agent.disconnect(self.find(name_or_id), self.now)

    def reconnect(self, name_or_id: str) -> None:
        """Give a task its agent back."""
        agent.reconnect(self.find(name_or_id), self.now)

    def remove(self, name_or_id: str) -> None:
        """Let a task be gone at once, as if somebody else had deleted it."""
        machine = self.find(name_or_id)
        machine.halt(self.now)
        machine.agenda.clear()
        operations.vanish(machine, self.now)
        self.tasks.remove(machine.server.index)
        self._doomed.discard(machine.server.index)
