/** A user task that is followed by itself: each completion causes four events, as often as somebody completes it. */
export const round = {
  bpmnProcessId: 'round',
  eventsPerCommand: 4,
  model: `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="http://example.com/bench">
  <bpmn:process id="round" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="task" />
    <bpmn:userTask id="task"><bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="b" sourceRef="task" targetRef="task" />
  </bpmn:process>
</bpmn:definitions>`,
} as const;
