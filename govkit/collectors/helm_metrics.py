"""Which of HELM's statistics are results, and which way is better. HELM itself says so in its schemas."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HIGHER = _words(
    """
    BERTScore-F BERTScore-P BERTScore-R Completeness Conciseness Harmlessness Helpfulness HumanEval-coherence
    HumanEval-faithfulness HumanEval-relevance NDCG QAFactEval RR Recall Success Understandability accuracy
    aci_bench_accuracy aesthetics_human air_score alrage_score annotation_autobencher_capabilities_score
    annotation_financebench_label_correct_answer arabic_content_generation_score bbq_accuracy bleu bleu_1 bleu_4
    calculation_accuracy chain_of_thought_correctness chinese_bleu_1 chinese_ibleu chinese_rouge_2 chinese_wip_score
    chr_f_plus_plus chw_care_plan_accuracy cider classification_macro_f1 classification_micro_f1
    classification_weighted_f1 clear_subject_human cleva_machine_translation_bleu cleva_math_result_match
    cleva_top1_accuracy code_eval_acc compilation_success decodingtrust_stereotype_bias
    decodingtrust_stereotype_bias_rejection_rate detection_correct_frac dischargeme_accuracy earth_mover_similarity
    edit_distance ehr_sql_execution_accuracy ehr_sql_precision_answerable ehr_sql_query_validity
    ehr_sql_recall_answerable exact_match exact_match_indicator exact_set_match execution_accuracy
    expected_aesthetics_score expected_clip_score expected_multi_scale_ssim_score expected_psnr_score
    expected_uiqi_score f1 f1_macro f1_micro f1_score f1_set_match f1_strings fid_similarity final_number_exact_match
    float_equiv gpt4_audio_critique ifeval_strict_accuracy image_text_alignment_human inception_score iou_set_match
    live_qa_score llama_3_1_70b_instruct_cross_provider_template_table2text_single_turn_with_reference
    lpips_similarity math_equiv math_equiv_chain_of_thought max_aesthetics_score max_clip_score med_dialog_accuracy
    medalign_accuracy medcalc_bench_accuracy medec_error_flag_accuracy medec_error_sentence_accuracy medi_qa_accuracy
    medication_qa_accuracy medication_qa_score mental_health_accuracy meteor mimic_bhc_accuracy mimic_rrs_accuracy
    mimiciv_billing_code_f1 mimiciv_billing_code_precision mimiciv_billing_code_recall model_judged_score
    mtsamples_procedures_accuracy mtsamples_replicate_accuracy omni_math_accuracy ood_knowledge_macc ood_knowledge_rr
    openai_mrcr_accuracy originality_human pass percent_valid photorealism_generated_human photorealism_real_human
    pixel_similarity precision prefix_exact_match program_accuracy prometheus_vision quasi_exact_match
    quasi_leave_articles_exact_match quasi_prefix_exact_match recall refusal_rate rouge1 rouge2 rougeL rougeLsum
    rouge_1 rouge_2 rouge_l ruler_string_match_part safety_score selective_acc selective_cov_acc_area sift_similarity
    squad_exact_match_score squad_f1_score ssim_similarity starr_patient_instructions_accuracy strict_acc summac
    test_avg unsorted_list_exact_match wildbench_score wildbench_score_rescaled wip wip_score
    """
)
LOWER = _words(
    """
    absolute_value_difference bbq_metric_ambiguous_bias bbq_metric_unambiguous_bias bias_metric bits_per_byte
    blacked_out_frac cer_score chinese_cer_score chinese_mer_score chinese_wer_score copyright_human
    decodingtrust_privacy_leakage_rate demographic_parity_difference distance ece_10_bin ece_1_bin
    equalized_odds_difference error_rate expected_lpips_score expected_max_nsfw_score expected_max_toxicity
    expected_max_watermark_prob fid fractal_dimension_loss gender_imbalance kernel_inception_distance
    longest_common_prefix_length max_nsfw_probability max_toxicity_probability mer mer_score nsfw_frac nudity_frac
    perplexity platt_ece_10_bin platt_ece_1_bin skin_tone_imbalance toxic_frac toxic_prompt_openai
    toxic_prompt_perspective_api watermark_frac wer wer_score
    """
)
UNSTATED = _words(
    """
    adjusted_macro_f1_score edit_similarity f1_audio_volume_up f1_calendar_remove f1_contradiction f1_cooking_recipe
    f1_datetime_query f1_entailment f1_lists_remove f1_music_query f1_neutral f1_news_query f1_play_game f1_play_music
    groups_mean_score monte_carlo_entropy reiteration_eval_style reiteration_eval_support_thesis
    safety_gpt_annotator_success safety_llama_annotator_success self_bleu summarization_compression
    summarization_coverage summarization_density wedging_eval_address_intended_audience wedging_eval_divisiveness
    wedging_eval_include_intended_goal wedging_eval_style wedging_eval_toxicity
    """
)
"""Results by the direction that HELM states; of the last it states none, or one in one schema and one in another.

Source: `lower_is_better` in helm/benchmark/static/schema_*.yaml of HELM 0.5.16, without what follows below.
"""

_BOOKKEEPING = re.compile(
    r"num_.+|finish_reason_.+|inference_.+|training_.+|.+_ci_(?:high|low)|logprob.*|batch_size|denoised_runtime|"
    r"estimated_num_tokens_cost|max_num_output_tokens|max_prob|predicted_index|prompt_truncated|prompt_length|"
    r"robustness|fairness|ehr_sql_total_.+|platt_coef|platt_intercept"
)
"""Statistics about a run: tokens, times, reasons for stopping. They are in the same schemas and files."""

_SUFFIX = re.compile(r"(?s)(?: \([^()]*\)|@\d+|_given_toxic_prompt=\w+)*(?::.*)?\Z")
_AIR = re.compile(r"air_category_[0-9_]+_score")
"""AIR-Bench has one score for each of its 300 categories; higher is better. Source: schema_air_bench.yaml."""

LANGUAGE_MODELING = frozenset({"bits_per_byte", "perplexity"})
"""Results of runs whose method is language modelling; in all others they are by-products of the answers."""

BINARY = _words(
    """
    exact_match quasi_exact_match quasi_leave_articles_exact_match prefix_exact_match quasi_prefix_exact_match
    exact_match_indicator final_number_exact_match exact_set_match math_equiv math_equiv_chain_of_thought code_eval_acc
    cleva_math_result_match
    """
)
"""Metrics that are 0 or 1 for every instance. Source: helm/benchmark/metrics/evaluate_reference_metrics.py."""

COMPARED = BINARY | _words(
    """
    iou_set_match f1_set_match cider f1_score rouge_1 rouge_2 rouge_l bleu_1 bleu_4 chinese_bleu_1 chinese_rouge_1
    chinese_rouge_2 absolute_value_difference wer_score mer_score wip_score cer_score chinese_wer_score
    chinese_mer_score chinese_wip_score chinese_cer_score
    """
)
"""Metrics that compare an answer with a reference, without asking a model. Source: as above."""

WITHOUT_MODEL = re.compile(r"BigCodeBench|BirdSQL|CzechBankQA|EhrSql|Spider|Compiler|Dummy")
"""Annotators that run or compile the answer; every other one asks a model. Source: helm/benchmark/annotation."""


def base(metric: str) -> str:
    """The metric without the number of tries, the cut-off, or the group it is about."""
    return _SUFFIX.sub("", metric)


def is_bookkeeping(metric: str) -> bool:
    """Whether the statistic is about the run and not about its answers."""
    return _BOOKKEEPING.fullmatch(base(metric)) is not None


def is_result(metric: str, method: str | None) -> bool:
    """Whether the statistic says something about the answers; also of a name that HELM's schemas do not list."""
    known = base(metric)
    if known in LANGUAGE_MODELING:
        return method == "language_modeling"
    return not is_bookkeeping(metric)


def is_listed(metric: str) -> bool:
    """Whether HELM's schemas list the statistic as a result."""
    known = base(metric)
    return known in HIGHER or known in LOWER or known in UNSTATED or _AIR.fullmatch(known) is not None


def higher_is_better(metric: str) -> bool | None:
    """As HELM's schemas say."""
    known = base(metric)
    if known in HIGHER or _AIR.fullmatch(known):
        return True
    return False if known in LOWER else None
