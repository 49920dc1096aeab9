# What the model expects of each sector, and how far that is from what was seen there
scored <- maml.mapInputPort(1)

scored$seen <- as.integer(scored$income == ">50K")
by_sector <- aggregate(cbind(seen, expected = `Scored Probabilities`) ~ sector, scored, mean)
by_sector$people <- as.integer(table(scored$sector)[as.character(by_sector$sector)])

# An exact test of each sector's share against all others'
by_sector$p_value <- vapply(by_sector$sector, function(sector) {
  fisher.test(table(scored$sector == sector, scored$seen == 1))$p.value
}, 0)
by_sector <- by_sector[order(-by_sector$seen), ]

print(by_sector, digits = 3, row.names = FALSE)

par(mar = c(5, 8, 2, 1))
barplot(t(as.matrix(by_sector[, c("seen", "expected")])),
  beside = TRUE, horiz = TRUE, las = 1, names.arg = by_sector$sector, xlab = "share above 50K", xlim = c(0, 0.8),
  legend.text = c("seen", "expected"))
hist(scored$`Scored Probabilities`, breaks = 20, main = "Scored probabilities", xlab = "probability of >50K")

maml.mapOutputPort("by_sector")
