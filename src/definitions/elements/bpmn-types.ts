/**
 * What is done with each type of BPMN 2.0:
 * - `executed`: read, and looked into.
 * - `looked-into`: says nothing itself, but what is inside it may.
 * - `read-over`: does not execute by its nature; neither it nor what is inside it is looked at.
 * - `not-considered`: read over with a warning.
 * - `refused`: would have to be executed and is not; reported as an error that says what to use instead, never ignored.
 */
export type BpmnTypeTreatment = 'executed' | 'looked-into' | 'read-over' | 'not-considered' | 'refused';

export interface BpmnTypeDecision {
  readonly treatment: BpmnTypeTreatment;
  /** Why it can be read over, or what to use instead. */
  readonly reason?: string;
}

const executed: BpmnTypeDecision = { treatment: 'executed' };
const lookedInto: BpmnTypeDecision = { treatment: 'looked-into' };
const readOver = (reason: string): BpmnTypeDecision => ({ treatment: 'read-over', reason });
const notConsidered = (reason: string): BpmnTypeDecision => ({ treatment: 'not-considered', reason });
const refused = (reason: string): BpmnTypeDecision => ({ treatment: 'refused', reason });

const choreography =
  'let each participant have a process, with send and receive tasks for what they exchange';
const drawing = 'explains the drawing to people';
const data = 'describes data; variables are read and written by name';
const conversation = 'describes what goes on between participants; each process is executed by itself';
const interfaces = 'describes the interface of a service; a job type says who does the work';
const correlation = 'the correlation key of a message is given by zeebe:subscription';

/** Every concrete type of BPMN 2.0. A type that is missing here is refused. */
export const bpmnTypes: Readonly<Record<string, BpmnTypeDecision>> = {
  'bpmn:Definitions': executed,
  'bpmn:Process': executed,
  'bpmn:SequenceFlow': executed,
  'bpmn:Task': executed,
  'bpmn:ManualTask': executed,
  'bpmn:UserTask': executed,
  'bpmn:ServiceTask': executed,
  'bpmn:SendTask': executed,
  'bpmn:ReceiveTask': executed,
  'bpmn:ScriptTask': executed,
  'bpmn:BusinessRuleTask': executed,
  'bpmn:CallActivity': executed,
  'bpmn:SubProcess': executed,
  'bpmn:AdHocSubProcess': executed,
  'bpmn:Transaction': executed,
  'bpmn:ExclusiveGateway': executed,
  'bpmn:ParallelGateway': executed,
  'bpmn:InclusiveGateway': executed,
  'bpmn:EventBasedGateway': executed,
  'bpmn:StartEvent': executed,
  'bpmn:EndEvent': executed,
  'bpmn:IntermediateCatchEvent': executed,
  'bpmn:IntermediateThrowEvent': executed,
  'bpmn:BoundaryEvent': executed,
  'bpmn:MultiInstanceLoopCharacteristics': executed,
  'bpmn:StandardLoopCharacteristics': executed,
  'bpmn:MessageEventDefinition': executed,
  'bpmn:SignalEventDefinition': executed,
  'bpmn:TimerEventDefinition': executed,
  'bpmn:ErrorEventDefinition': executed,
  'bpmn:EscalationEventDefinition': executed,
  'bpmn:CompensateEventDefinition': executed,
  'bpmn:CancelEventDefinition': executed,
  'bpmn:TerminateEventDefinition': executed,
  'bpmn:LinkEventDefinition': executed,
  'bpmn:ConditionalEventDefinition': executed,
  'bpmn:Message': executed,
  'bpmn:Signal': executed,
  'bpmn:Error': executed,
  'bpmn:Escalation': executed,
  'bpmn:Expression': executed,
  'bpmn:FormalExpression': executed,

  'bpmn:ComplexGateway': refused('use an inclusive or a parallel gateway'),
  'bpmn:ImplicitThrowEvent': executed,
  'bpmn:ComplexBehaviorDefinition': executed,
  'bpmn:Assignment': executed,
  'bpmn:GlobalTask': executed,
  'bpmn:GlobalManualTask': executed,
  'bpmn:GlobalUserTask': executed,
  'bpmn:GlobalScriptTask': executed,
  'bpmn:GlobalBusinessRuleTask': executed,
  'bpmn:CallChoreography': refused(choreography),
  'bpmn:SubChoreography': refused(choreography),
  'bpmn:ChoreographyTask': refused(choreography),

  'bpmn:DataInputAssociation': lookedInto,
  'bpmn:DataOutputAssociation': lookedInto,
  'bpmn:DataAssociation': lookedInto,
  'bpmn:ExtensionElements': readOver('its content is decided by namespace'),

  'bpmn:ResourceRole': notConsidered('use zeebe:assignmentDefinition to say who does a user task'),
  'bpmn:Performer': notConsidered('use zeebe:assignmentDefinition to say who does a user task'),
  'bpmn:HumanPerformer': notConsidered('use zeebe:assignmentDefinition to say who does a user task'),
  'bpmn:PotentialOwner': notConsidered('use zeebe:assignmentDefinition to say who does a user task'),

  'bpmn:Documentation': readOver(drawing),
  'bpmn:TextAnnotation': readOver(drawing),
  'bpmn:Association': readOver(drawing),
  'bpmn:Group': readOver(drawing),
  'bpmn:Category': readOver(drawing),
  'bpmn:CategoryValue': readOver(drawing),
  'bpmn:LaneSet': readOver('says where an element is drawn; who does a user task is said by its assignment'),
  'bpmn:Lane': readOver('says where an element is drawn; who does a user task is said by its assignment'),
  'bpmn:Rendering': readOver('says how a user task is shown'),
  'bpmn:Auditing': readOver('everything is recorded anyway'),
  'bpmn:Monitoring': readOver('everything is recorded anyway'),
  'bpmn:Relationship': readOver('relates elements to artifacts outside BPMN'),
  'bpmn:Extension': readOver('declares extensions; they are known by namespace'),
  'bpmn:ExtensionDefinition': readOver('declares extensions; they are known by namespace'),
  'bpmn:ExtensionAttributeDefinition': readOver('declares extensions; they are known by namespace'),
  'bpmn:Import': readOver('names schemas of data types, which are not checked'),

  'bpmn:DataObject': executed,
  'bpmn:DataObjectReference': executed,
  'bpmn:DataStore': readOver(data),
  'bpmn:DataStoreReference': readOver(data),
  'bpmn:DataState': readOver(data),
  'bpmn:DataInput': readOver(data),
  'bpmn:DataOutput': readOver(data),
  'bpmn:InputSet': readOver(data),
  'bpmn:OutputSet': readOver(data),
  'bpmn:InputOutputSpecification': readOver(data),
  'bpmn:InputOutputBinding': readOver(data),
  'bpmn:ItemAwareElement': readOver(data),
  'bpmn:ItemDefinition': readOver(data),
  'bpmn:Property': executed,

  'bpmn:Interface': readOver(interfaces),
  'bpmn:Operation': readOver(interfaces),
  'bpmn:EndPoint': readOver(interfaces),
  'bpmn:Resource': readOver('names resources; who does a user task is said by its assignment'),
  'bpmn:ResourceParameter': readOver('names resources; who does a user task is said by its assignment'),
  'bpmn:ResourceParameterBinding': readOver(
    'names resources; who does a user task is said by its assignment',
  ),
  'bpmn:ResourceAssignmentExpression': readOver(
    'names resources; who does a user task is said by its assignment',
  ),

  'bpmn:CorrelationProperty': readOver(correlation),
  'bpmn:CorrelationKey': readOver(correlation),
  'bpmn:CorrelationPropertyRetrievalExpression': readOver(correlation),
  'bpmn:CorrelationPropertyBinding': readOver(correlation),
  'bpmn:CorrelationSubscription': readOver(correlation),

  'bpmn:Collaboration': readOver(conversation),
  'bpmn:GlobalConversation': readOver(conversation),
  'bpmn:Participant': readOver(conversation),
  'bpmn:ParticipantAssociation': readOver(conversation),
  'bpmn:ParticipantMultiplicity': readOver(conversation),
  'bpmn:PartnerEntity': readOver(conversation),
  'bpmn:PartnerRole': readOver(conversation),
  'bpmn:MessageFlow': readOver(conversation),
  'bpmn:MessageFlowAssociation': readOver(conversation),
  'bpmn:Conversation': readOver(conversation),
  'bpmn:SubConversation': readOver(conversation),
  'bpmn:CallConversation': readOver(conversation),
  'bpmn:ConversationLink': readOver(conversation),
  'bpmn:ConversationAssociation': readOver(conversation),
  'bpmn:Choreography': readOver(conversation),
  'bpmn:GlobalChoreographyTask': readOver(conversation),
};
