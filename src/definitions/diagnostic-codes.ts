/** What a diagnostic code says, how grave it is, and whether a model that is already deployed may have it. */
export interface DiagnosticCodeEntry {
  readonly severity: 'error' | 'warning' | 'info';
  /**
   * `refused`: nothing executable can be built, so not even a model that an earlier release deployed loads.
   * `tolerated`: the model can be built; only deployment is refused.
   */
  readonly atLoad: 'refused' | 'tolerated';
  readonly meaning: string;
}

const refused = (meaning: string) => ({ severity: 'error', atLoad: 'refused', meaning }) as const;
const policy = (meaning: string) => ({ severity: 'error', atLoad: 'tolerated', meaning }) as const;
const warning = (meaning: string) => ({ severity: 'warning', atLoad: 'tolerated', meaning }) as const;
const info = (meaning: string) => ({ severity: 'info', atLoad: 'tolerated', meaning }) as const;

/** Every code that reading a model can give. */
export const diagnosticCodes = {
  'not-xml': refused('The file is not well-formed XML with namespaces.'),
  'unsupported-xml': refused(
    'The XML uses something that is not taken: an encoding other than UTF-8, or the like.',
  ),
  doctype: refused('The file has a DOCTYPE, which BPMN never needs and attackers do.'),
  'too-large': refused('The XML is larger, deeper or has more parts than a bound allows.'),
  'processing-instruction': warning('A processing instruction is read over.'),
  'not-bpmn': refused('The root element is not `definitions` of BPMN 2.0.'),
  'not-dmn': refused('The root element is not `definitions` of DMN.'),
  'unsupported-dmn-version': refused(
    'The model is in a version of DMN that is not read; 1.3, 1.4 and 1.5 are.',
  ),
  'duplicate-id': policy('The same id is given twice; ids are unique in a file (BPMN 2.0.2 §8.3.1, xsd:ID).'),
  'duplicate-child': policy('A child element stands twice where the language allows one.'),
  'invalid-id': policy('An id is not an XML name in ASCII, or is reserved.'),
  'invalid-time-to-live': warning(
    'A history time to live is neither days nor an ISO 8601 duration: that of the server applies.',
  ),
  'unused-id': warning(
    'An id that nothing executed goes by (of the drawing, of documentation) is given twice or is not an XML name in ASCII.',
  ),
  'missing-id': refused('An element that is executed has no id, by which it could be told.'),
  'text-too-long': policy('An id or a name is longer than the bound.'),
  'unknown-element': policy('An element does not exist in BPMN 2.0 or DMN 1.3, or not at this place.'),
  'unknown-attribute': policy('An attribute does not exist in BPMN 2.0 or DMN 1.3 on this element.'),
  'unresolved-reference': policy('A reference points at an id that no element has.'),
  'unused-reference': warning(
    'A reference points at an id that no element has, from where nothing is executed: a collaboration, a type of data.',
  ),
  'no-diagram': info('Nothing of a process is drawn: it runs, but cannot be shown.'),
  'diagram-reference': warning('The drawing shows an element that does not exist.'),
  'unreadable-content': policy('Content stands where the language has none, such as text between elements.'),
  'no-executable-process': refused('No process of the file has isExecutable="true".'),
  'not-executable': info('A process is not executable and is skipped.'),
  'invalid-process-id': policy('The id of a process is too long.'),
  'unsupported-element': refused('An element of BPMN or DMN that is not executed; it is never ignored.'),
  'unsupported-attribute': refused(
    'An attribute asks for behaviour that is not executed; the message says what to draw instead.',
  ),
  'unsupported-extension': refused('An extension asks for behaviour that is not executed.'),
  'misplaced-extension': policy('An extension stands on an element on which it says nothing.'),
  'unknown-extension': info('An extension of an unknown namespace is kept and has no effect.'),
  'unknown-extension-attribute': warning(
    'An attribute that a known extension does not have; it has no effect.',
  ),
  'extension-without-effect': info('An extension that is not needed here and has no effect.'),
  'not-considered': warning(
    'An element that is read over although it says something that execution could need.',
  ),
  'java-not-supported': refused(
    'The model asks for Java code or a script listener; nothing of the host can be reached.',
  ),
  'unsupported-script': refused(
    'A script is in another language than FEEL and JavaScript, or does not compile.',
  ),
  'unsupported-expression': refused(
    'An expression in ${…} is wrong, or asks for Java (methods, beans, objects of the engine), or an expression is in another language.',
  ),
  'invalid-expression': refused(
    'An expression is not FEEL, or uses what is not known where it is evaluated.',
  ),
  'invalid-timer': refused(
    'A timer is not an ISO 8601 date, duration or repeating interval, or not of a kind allowed here.',
  ),
  'invalid-number': policy(
    'An attribute that holds a whole number holds something else, such as `1.5` or `1e1`.',
  ),
  'invalid-value': refused('A value is not of the kind that is expected.'),
  'missing-implementation': refused('Nobody implements a task or a throw event.'),
  'missing-called-element': refused('A call activity does not say which process it calls.'),
  'missing-message': refused('A message event or receive task has no message with a name.'),
  'missing-correlation-key': refused('A message is waited for without a correlation key.'),
  'correlated-by-business-key': info(
    'A message of a Camunda 7 model has no correlation key: it is waited for with the business key of the instance.',
  ),
  'missing-signal': refused('A signal event has no signal with a name.'),
  'missing-error-code': refused('An error is thrown without an error code (BPMN 2.0.2 §10.5.5).'),
  'missing-escalation-code': refused(
    'An escalation is thrown without an escalation code (BPMN 2.0.2 §10.5.5).',
  ),
  'invalid-event': refused(
    'An event has no definition where it needs one, several, or one that is not for its place.',
  ),
  'invalid-loop': refused(
    'An activity that is done several times does not say how often, or in a way that cannot be executed.',
  ),
  'invalid-ad-hoc': refused(
    'An ad-hoc sub-process contains start or end events, or nothing that its performer could choose.',
  ),
  'invalid-flow': refused('A sequence flow does not connect two flow nodes of one scope as BPMN allows.'),
  'invalid-link': refused(
    'A link event has no name or no counterpart in its scope, or sequence flow stands where the link leads.',
  ),
  'invalid-default-flow': policy(
    'A default flow is not an outgoing flow of its element, or has a condition.',
  ),
  'missing-condition': policy('Several ways lead on and one of them has no condition.'),
  'condition-not-allowed': policy('A condition stands on a flow that cannot have one.'),
  'invalid-attachment': refused('A boundary event is not attached to an activity of its scope.'),
  'invalid-start-event': policy(
    'Several none start events, or a triggered one where only a none start event can be.',
  ),
  'invalid-compensation': refused(
    'It is not clear what compensates an activity, or which activity compensation is asked for.',
  ),
  'invalid-event-sub-process': refused('An event sub-process has not exactly one start event.'),
  'no-start': policy('No element of a process or sub-process could ever get a token.'),
  'duplicate-trigger': policy(
    'Two events wait for the same trigger, and nothing says which of them is meant.',
  ),
  'invalid-event-gateway': policy(
    'An event-based gateway leads to something else than events that can be waited for.',
  ),
  'invalid-voice-menu': policy(
    'A throughline:voice offers something that cannot be chosen, or not told from another choice.',
  ),
  'single-event': warning('An event-based gateway has only one event to wait for.'),
  'no-way-on': warning('A boundary event leads nowhere.'),
  'unreachable-element': warning('No token can ever reach an element.'),
  'no-decision': refused('A DMN file has no decision.'),
  'missing-decision-logic': refused('A decision, or a part of one, has no expression.'),
  'invalid-decision-table': refused(
    'A decision table has a row that does not fit its columns, or a hit policy that its outputs do not allow.',
  ),
  'invalid-requirement': refused(
    'A requirement points at nothing, at something of another kind, or at a name that another one has.',
  ),
  'requirement-circle': refused('Decisions or business knowledge models require each other in a circle.'),
  'unsupported-expression-language': refused('An expression of DMN is in another language than FEEL.'),
  'unknown-type': refused('A type is none of FEEL and has no item definition that ends in one.'),
  'more-diagnostics': info('There is more to say about the file than is listed.'),
} as const satisfies Readonly<Record<string, DiagnosticCodeEntry>>;

export type DiagnosticCode = keyof typeof diagnosticCodes;
