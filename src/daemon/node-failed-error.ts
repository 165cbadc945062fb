/** What is wrong with a node's data folder or its start. */
export type NodeProblem =
  | 'not_initialized'
  | 'initialized'
  | 'not_founded'
  | 'never_started'
  | 'founded'
  | 'bad_input'
  | 'damaged'
  | 'running';

/** A node could not be made, founded or started; the message says what, where and what to do. Nothing was changed. */
export class NodeFailedError extends Error {
  override readonly name = 'NodeFailedError';
  readonly problem: NodeProblem;

  constructor(problem: NodeProblem, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.problem = problem;
  }
}
