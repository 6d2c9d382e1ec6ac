export { WorkflowA } from './workflow-a';
export { WorkflowB } from './workflow-b';
