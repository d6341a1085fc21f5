// MMLU's grouping of its 57 subjects. Source: https://github.com/hendrycks/test (categories.py, MIT).

const SUBJECTS_OF: Readonly<Record<string, readonly string[]>> = {
  physics: ['astronomy', 'college_physics', 'conceptual_physics', 'high_school_physics'],
  chemistry: ['college_chemistry', 'high_school_chemistry'],
  biology: ['college_biology', 'high_school_biology'],
  'computer science': [
    'college_computer_science',
    'computer_security',
    'high_school_computer_science',
    'machine_learning',
  ],
  math: [
    'abstract_algebra',
    'college_mathematics',
    'elementary_mathematics',
    'high_school_mathematics',
    'high_school_statistics',
  ],
  engineering: ['electrical_engineering'],
  history: ['high_school_european_history', 'high_school_us_history', 'high_school_world_history', 'prehistory'],
  philosophy: [
    'formal_logic',
    'logical_fallacies',
    'moral_disputes',
    'moral_scenarios',
    'philosophy',
    'world_religions',
  ],
  law: ['international_law', 'jurisprudence', 'professional_law'],
  politics: ['high_school_government_and_politics', 'public_relations', 'security_studies', 'us_foreign_policy'],
  culture: ['human_sexuality', 'sociology'],
  economics: ['econometrics', 'high_school_macroeconomics', 'high_school_microeconomics'],
  geography: ['high_school_geography'],
  psychology: ['high_school_psychology', 'professional_psychology'],
  other: ['global_facts', 'miscellaneous', 'professional_accounting'],
  business: ['business_ethics', 'management', 'marketing'],
  health: [
    'anatomy',
    'clinical_knowledge',
    'college_medicine',
    'human_aging',
    'medical_genetics',
    'nutrition',
    'professional_medicine',
    'virology',
  ],
};

const FIELDS_OF: Readonly<Record<string, readonly string[]>> = {
  STEM: ['physics', 'chemistry', 'biology', 'computer science', 'math', 'engineering'],
  humanities: ['history', 'philosophy', 'law'],
  'social sciences': ['politics', 'culture', 'economics', 'geography', 'psychology'],
  'other (business, health, misc.)': ['other', 'business', 'health'],
};

const keyOf = (table: Readonly<Record<string, readonly string[]>>, member: string): string | undefined =>
  Object.keys(table).find((key) => table[key]?.includes(member));

/** The sub-category (marked as such: some bear a subject's name) and category of a subject; none for subjects that MMLU lacks. */
export function mmluGroups(subject: string): string[] {
  const field = keyOf(SUBJECTS_OF, subject);
  if (field === undefined) return [];
  const category = keyOf(FIELDS_OF, field);
  return category === undefined ? [] : [`${field} (sub-category)`, category];
}
