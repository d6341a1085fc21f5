// Parameters that the methods with error feedback share.
import { z } from 'zod';

export const dampingField = z.number().min(0).max(1).default(0.01).meta({
  title: 'Damping',
  unit: 'ratio',
  help: 'Share of the mean of diag(H) that is added to diag(H). Raised by itself when the Hessian cannot be factored.',
});
