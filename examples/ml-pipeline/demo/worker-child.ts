/** worker.ts as it is, in a process that ends when the demo does. */
import './quiet';
import '../../../worker';

process.on('disconnect', () => process.exit());
process.channel?.unref(); // ends by itself when the Worker has stopped
